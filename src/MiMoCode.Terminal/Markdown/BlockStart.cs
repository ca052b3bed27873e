namespace MiMoCode.Terminal.Markdown;

/// <summary>Recognises by its first line what kind of block begins.</summary>
internal static class BlockStart
{
    /// <summary>A fence of code: its mark, its indent, its language.</summary>
    public static (string Mark, int Indent, string Language)? Fence(string line)
    {
        var text = line.TrimStart(' ');
        var mark = text.Length > 0 && text[0] is '`' or '~' ? text[..^text.TrimStart(text[0]).Length] : "";
        if (mark.Length < 3 || (mark[0] == '`' && text[mark.Length..].Contains('`', StringComparison.Ordinal))) return null;
        return (mark, line.Length - text.Length, text[mark.Length..].Trim().Split(' ', '{', ':')[0]);
    }

    /// <summary>The text of a heading.</summary>
    public static string? Heading(string line)
    {
        var level = line.Length - line.TrimStart('#').Length;
        return level is >= 1 and <= 6 && line.Length > level && line[level] == ' ' ? line[level..].Trim().TrimEnd('#').TrimEnd() : null;
    }

    /// <summary>A rule across the page.</summary>
    public static bool IsRule(string line)
    {
        var text = line.Replace(" ", "", StringComparison.Ordinal);
        return text.Length >= 3 && text[0] is '-' or '*' or '_' && text.Length >= 3 && text.All(c => c == text[0]);
    }

    /// <summary>An item of a list: how deep, what stands before it, its text.</summary>
    public static (int Level, string Marker, string Text)? Item(string line)
    {
        var text = line.Replace("\t", "    ", StringComparison.Ordinal).TrimStart(' ');
        var level = Math.Min((line.Replace("\t", "    ", StringComparison.Ordinal).Length - text.Length) / 2, 8);
        if (text is ['-' or '*' or '+', ' ', .. var item] && !IsRule(line))
        {
            return item switch
            {
                ['[', ' ', ']', ' ', .. var open] => (level, "☐", open),
                ['[', 'x' or 'X', ']', ' ', .. var done] => (level, "☑", done),
                _ => (level, "•", item),
            };
        }

        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (digits is 0 or > 9 || text.Length < digits + 2 || text[digits] is not ('.' or ')') || text[digits + 1] != ' ') return null;
        return (level, text[..(digits + 1)], text[(digits + 2)..]);
    }
}
