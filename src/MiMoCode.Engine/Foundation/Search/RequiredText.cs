using System.Text;

namespace MiMoCode.Engine.Foundation.Search;

/// <summary>
/// Text without which a regular expression cannot match: a file that does not hold it need not be opened. It is found by reading the
/// expression from left to right and keeping the longest run of plain characters; whatever is not understood ends a run or the attempt.
/// </summary>
/// <param name="Texts">Printable ASCII; a line that matches holds at least one of them.</param>
/// <param name="IgnoreCase">They may be there in any case.</param>
internal sealed record RequiredText(IReadOnlyList<string> Texts, bool IgnoreCase)
{
    private const int Shortest = 3, MostTexts = 16;
    private const string AnyCase = "(?i)";

    /// <summary>Null when nothing certain and useful can be said.</summary>
    public static RequiredText? Of(string pattern)
    {
        var ignoreCase = pattern.StartsWith(AnyCase, StringComparison.Ordinal);
        var reader = new Reader(ignoreCase ? pattern[AnyCase.Length..] : pattern);
        return reader.Read() is { } texts && texts.TrueForAll(text => text.Length >= Shortest) && texts.Count <= MostTexts
            ? new RequiredText(texts, ignoreCase)
            : null;
    }

    /// <summary>The words after a backslash that stand for one character or none, and take nothing of what follows.</summary>
    private const string Classes = "dDwWsSbBAzZGnrtfvae";

    private sealed class Reader(string pattern)
    {
        private readonly List<string> texts = [];
        private readonly StringBuilder run = new();
        private string best = "";
        private int at;

        /// <summary>One text for each alternative; null when the pattern is beyond this.</summary>
        public List<string>? Read()
        {
            while (at < pattern.Length)
            {
                var understood = pattern[at] switch
                {
                    '\\' => Escape(),
                    '[' => Set(),
                    '(' => Group(),
                    ')' => false,
                    '|' => Alternative(),
                    '*' or '?' => Repeated(at + 1),
                    '{' => Braces(),
                    '.' or '^' or '$' => End(at + 1),
                    '+' => End(at + 1),
                    var c => Plain(c),
                };
                if (!understood)
                    return null;
            }

            Alternative();
            return texts;
        }

        private bool Plain(char c)
        {
            at++;
            if (c is < ' ' or > '~')
                return End(at);
            run.Append(c);
            return true;
        }

        private bool End(int next)
        {
            if (run.Length > best.Length)
                best = run.ToString();
            run.Clear();
            at = next;
            return true;
        }

        /// <summary>What was read last may be missing.</summary>
        private bool Repeated(int next)
        {
            run.Length = Math.Max(0, run.Length - 1);
            return End(next);
        }

        private bool Alternative()
        {
            End(at + 1);
            texts.Add(best);
            best = "";
            return true;
        }

        private bool Braces()
        {
            var end = at + 1;
            while (end < pattern.Length && (char.IsAsciiDigit(pattern[end]) || pattern[end] == ','))
                end++;
            return end < pattern.Length && pattern[end] == '}' && end > at + 1 ? Repeated(end + 1) : Plain('{');
        }

        private bool Escape()
        {
            if (at + 1 >= pattern.Length)
                return false;
            var c = pattern[at + 1];
            at++;
            return char.IsAsciiLetterOrDigit(c) ? Classes.Contains(c, StringComparison.Ordinal) && End(at + 1) : Plain(c);
        }

        private bool Set()
        {
            var end = EndOfSet(at);
            return end > 0 && End(end);
        }

        /// <summary>Passes over a group: what is in it may be one of several, or missing, or only looked at.</summary>
        private bool Group()
        {
            var depth = 0;
            for (var i = at; i < pattern.Length; i++)
            {
                switch (pattern[i])
                {
                    case '\\':
                        i++;
                        break;
                    case '[':
                        i = EndOfSet(i) - 1;
                        if (i < 0)
                            return false;
                        break;
                    case '(' when ChangesOptions(i):
                        return false;
                    case '(':
                        depth++;
                        break;
                    case ')' when --depth == 0:
                        return End(i + 1);
                }
            }

            return false;
        }

        /// <summary>Options in the middle change how the rest is to be read; a comment is not to be read.</summary>
        private bool ChangesOptions(int open) =>
            pattern.AsSpan(open).StartsWith("(?") && open + 2 < pattern.Length && (char.IsAsciiLetter(pattern[open + 2]) || pattern[open + 2] is '-' or '#');

        /// <summary>Behind the ] of a set; -1 for one that is not closed or subtracts another one.</summary>
        private int EndOfSet(int open)
        {
            var i = open + 1;
            i += i < pattern.Length && pattern[i] == '^' ? 1 : 0;
            for (var first = true; i < pattern.Length; i++, first = false)
            {
                if (pattern[i] == '\\')
                    i++;
                else if (pattern[i] == '[')
                    return -1;
                else if (pattern[i] == ']' && !first)
                    return i + 1;
            }

            return -1;
        }
    }
}
