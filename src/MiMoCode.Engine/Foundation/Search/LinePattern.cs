using System.Buffers;
using System.Text.RegularExpressions;

namespace MiMoCode.Engine.Foundation.Search;

/// <summary>What to look for in lines, from a person or a model: linear in time where the pattern allows it, bounded where not.</summary>
internal sealed class LinePattern
{
    private static readonly SearchValues<char> Special = SearchValues.Create(@"\*+?|{}[]()^$.# ");
    private static readonly TimeSpan LongestLine = TimeSpan.FromSeconds(2);

    private readonly string? literal;
    private readonly StringComparison comparison;
    private readonly Regex? regex;

    private LinePattern(string? literal, StringComparison comparison, Regex? regex, RequiredText? required)
    {
        this.literal = literal;
        this.comparison = comparison;
        this.regex = regex;
        Required = required;
    }

    /// <summary>What a text must hold for a line of it to match; null when nothing certain is known.</summary>
    public RequiredText? Required { get; }

    /// <exception cref="FormatException">The pattern is no regular expression; the message says where.</exception>
    public static LinePattern Parse(string pattern, bool ignoreCase = false, bool isLiteral = false)
    {
        var required = ignoreCase ? null : RequiredText.Of(isLiteral ? Regex.Escape(pattern) : pattern);
        if (pattern.Length > 0 && (isLiteral || !pattern.AsSpan().ContainsAny(Special)))
            return new LinePattern(pattern, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal, null, required);
        var options = RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);
        try
        {
            return new LinePattern(null, default, Compile(pattern, options), required);
        }
        catch (ArgumentException error)
        {
            throw new FormatException($"The pattern is not a regular expression: {error.Message}");
        }
    }

    /// <summary>Where the line matches first; -1 when it does not.</summary>
    /// <exception cref="RegexMatchTimeoutException">The pattern needs too long on this line.</exception>
    public int Find(ReadOnlySpan<char> line)
    {
        if (literal is not null)
            return line.IndexOf(literal, comparison);
        foreach (var match in regex!.EnumerateMatches(line))
            return match.Index;
        return -1;
    }

    /// <summary>Whether no line of the text can match, found quickly.</summary>
    public bool IsAbsentFrom(ReadOnlySpan<char> text)
    {
        if (literal is not null)
            return text.IndexOf(literal, comparison) < 0;
        if (Required is not { IgnoreCase: false } required)
            return false;
        foreach (var one in required.Texts)
        {
            if (text.IndexOf(one, StringComparison.Ordinal) >= 0)
                return false;
        }

        return true;
    }

    private static Regex Compile(string pattern, RegexOptions options)
    {
        try
        {
            return new Regex(pattern, options | RegexOptions.NonBacktracking, LongestLine);
        }
        catch (NotSupportedException)
        {
            // Lookaround and back references need the other engine; its time-out bounds them.
            return new Regex(pattern, options, LongestLine);
        }
    }
}
