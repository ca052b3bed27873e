using System.Globalization;
using System.Text;

namespace MiMoCode.Engine.Guard.Permissions;

internal sealed partial class ShellParser
{
    /// <summary>One word, quotes removed. The place of its first quoted character tells a keyword from a quoted one.</summary>
    private ShellWord Word(int depth, out int firstQuoted)
    {
        var text = new StringBuilder();
        var before = doubts;
        doubts = ShellDoubt.None;
        firstQuoted = -1;
        var (pattern, bracket, brace) = (false, false, false);
        while (!AtEnd)
        {
            var c = Current;
            if (At("<(") || At(">("))
            {
                doubts |= ShellDoubt.Substitution;
                at += 2;
                List(')', depth + 1);
                text.Append("<(…)");
                continue;
            }

            if (c is ' ' or '\t' or '\n' or ';' or '&' or '|' or '(' or ')' or '<' or '>')
                break;
            if (c is '\\' or '\'' or '"')
            {
                firstQuoted = firstQuoted < 0 && !At("\\\n") ? text.Length : firstQuoted;
                Quoted(text, depth);
                continue;
            }

            if (c is '$' or '`')
            {
                Dollar(text, depth, inQuotes: false);
                continue;
            }

            pattern |= (c is '*' or '?' && !IsOptionValue(text)) || (c == '~' && (text.Length == 0 || text[^1] is '=' or ':'));
            bracket |= c == '[';
            brace |= c == '{' && !At("{}");
            if (IsOdd(c))
                doubts |= ShellDoubt.OddCharacter;
            text.Append(c);
            at++;
        }

        if (pattern || (bracket && text.ToString() is not ("[" or "[[")) || (brace && !text.Equals("{")))
            doubts |= ShellDoubt.Pattern;
        var own = doubts;
        doubts |= before;
        return new ShellWord(text.ToString(), own);
    }

    /// <summary>A pattern behind --name= could only become the same option with a name of a file that begins like that.</summary>
    private static bool IsOptionValue(StringBuilder text)
    {
        var word = text.ToString();
        return word.StartsWith("--", StringComparison.Ordinal) && word.Contains('=') && word.AsSpan().IndexOfAny("/~[{") < 0;
    }

    private void Quoted(StringBuilder text, int depth)
    {
        var quote = source[at++];
        if (quote == '"')
        {
            DoubleQuoted(text, depth);
        }
        else if (quote == '\'')
        {
            var end = source.IndexOf('\'', at);
            if (end < 0)
                doubts |= ShellDoubt.Unparsable;
            end = end < 0 ? source.Length : end;
            Data(text, source.AsSpan(at, end - at));
            at = end + 1;
        }
        else if (AtEnd)
        {
            doubts |= ShellDoubt.Unparsable;
        }
        else
        {
            if (Current != '\n')
                Data(text, source.AsSpan(at, 1));
            at++;
        }
    }

    private void DoubleQuoted(StringBuilder text, int depth)
    {
        while (!AtEnd && Current != '"')
            TextStep(text, depth);
        if (AtEnd)
            doubts |= ShellDoubt.Unparsable;
        at++;
    }

    /// <summary>The body of a here-document: text in which only substitutions matter.</summary>
    private void Text(int depth)
    {
        var text = new StringBuilder();
        while (!AtEnd)
            TextStep(text, depth);
    }

    private void TextStep(StringBuilder text, int depth)
    {
        if (Current == '\\' && at + 1 < source.Length && source[at + 1] is '$' or '`' or '"' or '\\' or '\n')
        {
            if (source[at + 1] != '\n')
                text.Append(source[at + 1]);
            at += 2;
        }
        else if (Current is '$' or '`')
        {
            Dollar(text, depth, inQuotes: true);
        }
        else
        {
            Data(text, source.AsSpan(at++, 1));
        }
    }

    private void Dollar(StringBuilder text, int depth, bool inQuotes)
    {
        if (Current == '`')
        {
            Backticks(text, depth);
            return;
        }

        at++;

        // Bash takes the line's end away first, and what then follows the dollar sign may mean something.
        if (At("\\\n"))
            doubts |= ShellDoubt.Disguise;
        var next = AtEnd ? '\0' : Current;
        switch (next)
        {
            case '(':
                doubts |= ShellDoubt.Substitution;
                at++;
                List(')', depth + 1);
                text.Append("$(…)");
                break;
            case '{':
                doubts |= ShellDoubt.Expansion;
                at++;
                Parameter(text, depth + 1);
                break;
            case '\'' or '"' when !inQuotes:
                doubts |= ShellDoubt.Expansion | ShellDoubt.Disguise;
                AnsiQuoted(text, depth);
                break;
            case '[' or '@' or '*' or '#' or '?' or '-' or '$' or '!' or '_':
            case var _ when char.IsAsciiLetterOrDigit(next):
                doubts |= ShellDoubt.Expansion;
                text.Append('$');
                break;
            default:
                text.Append('$');
                break;
        }
    }

    /// <summary>After ${ up to its brace; substitutions inside are read too.</summary>
    private void Parameter(StringBuilder text, int depth)
    {
        if (TooDeep(depth))
            return;
        text.Append("${");
        if (!AtEnd && Current is '!')
            doubts |= ShellDoubt.Disguise;
        while (!AtEnd && Current != '}')
        {
            if (Current is '@' or '[')
                doubts |= ShellDoubt.Disguise;
            if (Current is '\\' or '\'' or '"')
                Quoted(text, depth);
            else if (Current is '$' or '`')
                Dollar(text, depth, inQuotes: false);
            else
                text.Append(source[at++]);
        }

        if (AtEnd)
            doubts |= ShellDoubt.Unparsable;
        at++;
        text.Append('}');
    }

    private void AnsiQuoted(StringBuilder text, int depth)
    {
        var quote = source[at++];
        if (quote == '"')
        {
            DoubleQuoted(text, depth);
            return;
        }

        for (; !AtEnd && Current != '\''; at++)
        {
            if (Current == '\\' && at + 1 < source.Length)
                text.Append(source[at++]);
            text.Append(Current);
        }

        if (AtEnd)
            doubts |= ShellDoubt.Unparsable;
        at++;
    }

    private void Backticks(StringBuilder text, int depth)
    {
        doubts |= ShellDoubt.Substitution;
        var inner = new StringBuilder();
        for (at++; !AtEnd && Current != '`'; at++)
        {
            if (Current == '\\' && at + 1 < source.Length && source[at + 1] is '`' or '\\' or '$')
                at++;
            inner.Append(Current);
        }

        if (AtEnd)
            doubts |= ShellDoubt.Unparsable;
        at++;
        text.Append("`…`");
        Nested(inner.ToString(), depth, parser => parser.List(end: null, depth: 0));
    }

    private void Data(StringBuilder text, ReadOnlySpan<char> data)
    {
        if (data.Contains('\0'))
            doubts |= ShellDoubt.OddCharacter;
        text.Append(data);
    }

    /// <summary>What a person does not see, or takes for something else, when it stands outside quotes.</summary>
    private static bool IsOdd(char c) => c < ' ' || c == '\x7F' || (c > '\x7F' && char.GetUnicodeCategory(c) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or
        UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
