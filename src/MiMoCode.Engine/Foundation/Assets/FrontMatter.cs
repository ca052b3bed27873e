using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Configuration;

namespace MiMoCode.Engine.Foundation.Assets;

/// <summary>A Markdown file that begins with settings between two lines of three dashes.</summary>
internal sealed record MarkdownFile(ObjectNode Settings, string Body);

/// <summary>A Markdown file's head cannot be read.</summary>
internal sealed class FrontMatterException(FilePlace place, string reason) : Exception($"{place}: {reason}")
{
    public FilePlace Place => place;

    public string Reason => reason;
}

/// <summary>
/// Reads the part of YAML that such heads use: <c>key: value</c>, nested maps and lists by indentation, <c>[a, b]</c>, quotes,
/// <c>|</c> and <c>&gt;</c> blocks, comments. The values know their lines.
/// </summary>
internal sealed class FrontMatter
{
    private readonly string file;
    private readonly string[] lines;
    private int at;

    private FrontMatter(string file, string[] lines, int at) => (this.file, this.lines, this.at) = (file, lines, at);

    /// <summary>Splits and reads a file; one without a head has no settings.</summary>
    /// <exception cref="FrontMatterException">With file and line.</exception>
    public static MarkdownFile Parse(string text, string file)
    {
        var lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        if (lines[0].TrimEnd() != "---")
            return new(ObjectNode.Empty, string.Join('\n', lines).Trim());
        var end = Array.FindIndex(lines, 1, line => line.TrimEnd() == "---");
        if (end < 0)
            throw new FrontMatterException(new(file, 1, 1), "the settings that begin here have no closing line of three dashes");
        var reader = new FrontMatter(file, lines[..end], 1);
        var settings = reader.Map(0);
        if (reader.at < end)
            throw reader.Error("this line is indented more than the one before it");
        return new(settings, string.Join('\n', lines[(end + 1)..]).Trim());
    }

    private FilePlace Here => new(file, at + 1, Indent + 1);

    private int Indent => lines[at].Length - lines[at].TrimStart(' ').Length;

    private bool Ended
    {
        get
        {
            while (at < lines.Length && (lines[at].Trim() is "" || lines[at].TrimStart()[0] == '#'))
                at++;
            return at >= lines.Length;
        }
    }

    private ObjectNode Map(int indent)
    {
        var place = at < lines.Length ? Here : new(file, at, 1);
        var members = ImmutableArray.CreateBuilder<Member>();
        while (!Ended && Indent == indent && !IsItem)
        {
            var key = Here;
            var (name, rest) = Split(lines[at].Trim());
            if (members.Any(member => member.Name == name))
                throw Error($"\"{name}\" is written twice");
            members.Add(new(name, key, After(rest, indent)));
        }

        if (!Ended && Indent == indent && indent == 0)
            throw Error("a line \"key: value\" should stand here");
        return new(place, members.ToImmutable());
    }

    private bool IsItem => lines[at].TrimStart() is "-" or ['-', ' ', ..];

    private (string Name, string Value) Split(string line)
    {
        var quoted = line[0] is '"' or '\'' && line.IndexOf(line[0], 1) is > 0 and var close ? close : 0;
        var colon = line.IndexOf(':', quoted);
        if (colon <= 0 || (colon + 1 < line.Length && line[colon + 1] != ' '))
            throw Error("a line \"key: value\" should stand here");
        return (Unquote(line[..colon].Trim()), line[(colon + 1)..].Trim());
    }

    private Node After(string rest, int indent)
    {
        var place = Here;
        if (rest is ['|' or '>', ..] && rest.Length <= 2)
        {
            at++;
            return new TextNode(place, Block(indent, folded: rest[0] == '>'));
        }

        at++;
        if (WithoutComment(rest) is { Length: > 0 } value)
            return Scalar(value, place);
        if (Ended || Indent < indent || (Indent == indent && !IsItem))
            return new TextNode(place, "");
        return IsItem ? List(Indent) : Map(Indent);
    }

    private ArrayNode List(int indent)
    {
        var place = Here;
        var items = ImmutableArray.CreateBuilder<Node>();
        while (!Ended && Indent == indent && IsItem)
        {
            var item = Here;
            var value = WithoutComment(lines[at].TrimStart()[1..].Trim());
            at++;
            items.Add(Scalar(value, item));
        }

        return new(place, items.ToImmutable());
    }

    private string Block(int indent, bool folded)
    {
        var start = at;
        while (at < lines.Length && (lines[at].Trim().Length == 0 || Indent > indent))
            at++;
        var block = lines[start..at];
        var margin = block.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart(' ').Length).DefaultIfEmpty(0).Min();
        return string.Join(folded ? ' ' : '\n', block.Select(line => line.Length >= margin ? line[margin..] : "")).Trim();
    }

    private Node Scalar(string text, FilePlace place) => text switch
    {
        ['[', ..] when text[^1] == ']' => new ArrayNode(place,
            [.. text[1..^1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(item => Scalar(item, place))]),
        ['[' or '{', ..] => throw new FrontMatterException(place, "write lists as [a, b] on one line, and maps as indented lines"),
        ['"' or '\'', ..] => new TextNode(place, Unquote(text)),
        "true" or "false" or "null" => new LiteralNode(place, text),
        "{}" => new ObjectNode(place, []),
        _ when IsNumber(text) => new LiteralNode(place, text),
        _ => new TextNode(place, text),
    };

    private static bool IsNumber(string text) =>
        text.TrimStart('-') is [>= '0' and <= '9', ..] digits
        && digits.All(c => char.IsAsciiDigit(c) || c == '.') && digits.Count(c => c == '.') <= 1 && digits[^1] != '.'
        && (digits[0] != '0' || digits.Length == 1 || digits[1] == '.') && text.Length - digits.Length <= 1;

    private static string WithoutComment(string text)
    {
        if (text is ['"' or '\'', ..])
            return text.IndexOf(text[0], 1) is > 0 and var close && text[(close + 1)..].TrimStart() is ['#', ..] ? text[..(close + 1)] : text;
        return text.IndexOf(" #", StringComparison.Ordinal) is >= 0 and var comment ? text[..comment].TrimEnd() : text.StartsWith('#') ? "" : text;
    }

    private string Unquote(string text)
    {
        if (text is not ['"' or '\'', ..])
            return text;
        if (text.Length < 2 || text[^1] != text[0])
            throw Error("this text has no closing quote");
        var inner = text[1..^1];
        return text[0] == '\''
            ? inner.Replace("''", "'", StringComparison.Ordinal)
            : inner.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
    }

    private FrontMatterException Error(string reason) => new(new(file, Math.Min(at + 1, lines.Length), 1), reason);
}
