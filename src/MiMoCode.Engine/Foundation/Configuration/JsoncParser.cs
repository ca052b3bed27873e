using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>A text is not JSON: where, and what was expected.</summary>
internal sealed class JsoncException(FilePlace place, string reason) : Exception($"{place}: {reason}")
{
    public FilePlace Place => place;

    public string Reason => reason;
}

/// <summary>
/// Reads JSON with comments and trailing commas into nodes that know their places. A key that is written twice is told to
/// <paramref name="notices"/>; the last one holds.
/// </summary>
internal sealed class JsoncParser(string text, string file, ICollection<Notice> notices)
{
    private const int MaxDepth = 64;
    private int at;
    private int line = 1;
    private int lineStart;
    private int depth;

    /// <summary>The object that the text holds; an empty text holds an empty object.</summary>
    public ObjectNode ParseObject()
    {
        if (text.StartsWith('\uFEFF'))
            at = lineStart = 1;
        Skip();
        if (at == text.Length)
            return new(Here, []);
        var value = Value();
        Skip();
        if (at < text.Length)
            throw Error("the text should end here");
        return value as ObjectNode ?? throw new JsoncException(value.Place, "settings must be an object in { }");
    }

    private FilePlace Here => new(file, line, at - lineStart + 1);

    private Node Value()
    {
        var (place, start) = (Here, at);
        Node node = Peek switch
        {
            '{' => Object(place),
            '[' => Array(place),
            '"' => new TextNode(place, Text()),
            _ => Literal(place),
        };
        return node with { Span = (start, at) };
    }

    private ObjectNode Object(FilePlace place)
    {
        var members = ImmutableArray.CreateBuilder<Member>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Open();
        while (!Closes('}'))
        {
            var key = Here;
            if (Peek != '"')
                throw Error("a key in double quotes should stand here");
            var name = Text();
            Skip();
            Expect(':');
            if (!seen.Add(name))
            {
                notices.Add(new(NoticeKind.Warning, key, $"the key \"{name}\" is written twice; this last one holds"));
                members.RemoveAll(member => member.Name == name);
            }

            members.Add(new(name, key, Value()));
            Comma('}');
        }

        return new(place, members.ToImmutable());
    }

    private ArrayNode Array(FilePlace place)
    {
        var items = ImmutableArray.CreateBuilder<Node>();
        Open();
        while (!Closes(']'))
        {
            items.Add(Value());
            Comma(']');
        }

        return new(place, items.ToImmutable());
    }

    private LiteralNode Literal(FilePlace place)
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '+' or '-' or '.'))
            at++;
        var word = text[start..at];
        if (word is "true" or "false" or "null" || IsNumber(word))
            return new(place, word);
        throw new JsoncException(place, word.Length == 0 ? "a value should stand here" : $"\"{word}\" is not a value; text needs double quotes");
    }

    // JSON is stricter than the parsers of .NET: no leading zero or plus, digits on both sides of the point.
    private static bool IsNumber(string word)
    {
        var digits = word.TrimStart('-');
        return word.Length - digits.Length <= 1
            && digits.Length > 0 && char.IsAsciiDigit(digits[0]) && char.IsAsciiDigit(digits[^1])
            && !(digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]))
            && !digits.Contains(".e", StringComparison.OrdinalIgnoreCase)
            && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
    }

    private string Text()
    {
        var opened = Here;
        var result = new StringBuilder();
        for (at++; ; at++)
        {
            if (at >= text.Length || text[at] is '\n' or '\r')
                throw new JsoncException(opened, "this text has no closing quote");
            if (text[at] == '"')
                break;
            result.Append(text[at] == '\\' ? Escape() : text[at]);
        }

        at++;
        // Half of a surrogate pair is no text; it becomes the replacement character.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(result.ToString()));
    }

    private char Escape()
    {
        if (++at >= text.Length)
            throw Error("the text ends after a backslash");
        switch (text[at])
        {
            case '"' or '\\' or '/': return text[at];
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u' when at + 4 < text.Length
                && ushort.TryParse(text.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                at += 4;
                return (char)code;
            default: throw Error($"\\{text[at]} means nothing here; a backslash itself is written \\\\");
        }
    }

    private char Peek => at < text.Length ? text[at] : '\0';

    private void Open()
    {
        if (++depth > MaxDepth)
            throw Error($"more than {MaxDepth} levels of brackets");
        at++;
        Skip();
    }

    private bool Closes(char bracket)
    {
        if (at >= text.Length)
            throw Error($"the text ends before the closing {bracket}");
        if (text[at] != bracket)
            return false;
        at++;
        depth--;
        return true;
    }

    private void Comma(char bracket)
    {
        Skip();
        if (Peek == ',')
        {
            at++;
            Skip();
        }
        else if (Peek != bracket)
        {
            throw Error(at >= text.Length ? $"the text ends before the closing {bracket}" : $"a comma or {bracket} should stand here");
        }
    }

    private void Expect(char character)
    {
        if (Peek != character)
            throw Error($"a {character} should stand here");
        at++;
        Skip();
    }

    private void Skip()
    {
        for (; at < text.Length; at++)
        {
            if (text[at] == '\n')
                (line, lineStart) = (line + 1, at + 1);
            else if (Follows("//"))
                SkipLine();
            else if (Follows("/*"))
                SkipComment();
            else if (!char.IsWhiteSpace(text[at]))
                return;
        }
    }

    // Both leave the last character of the comment to the loop of Skip.
    private void SkipLine()
    {
        while (at + 1 < text.Length && text[at + 1] != '\n')
            at++;
    }

    private void SkipComment()
    {
        var opened = Here;
        for (at += 2; !Follows("*/"); at++)
        {
            if (at >= text.Length)
                throw new JsoncException(opened, "this comment has no end");
            if (text[at] == '\n')
                (line, lineStart) = (line + 1, at + 1);
        }

        at++;
    }

    private bool Follows(string mark) => string.CompareOrdinal(text, at, mark, 0, mark.Length) == 0;

    private JsoncException Error(string message) => new(Here, message);
}
