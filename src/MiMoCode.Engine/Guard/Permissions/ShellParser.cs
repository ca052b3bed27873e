using System.Collections.Frozen;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>
/// Reads a bash command line without running anything. It understands more than it trusts: whatever is not a simple command of
/// literal words leaves a doubt behind, and so does whatever it does not understand.
/// </summary>
internal sealed partial class ShellParser
{
    private const int LongestScript = 64 * 1024, MostCommands = 50, DeepestNesting = 40;

    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(StringComparer.Ordinal,
        "!", "{", "}", "[[", "]]", "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "in", "select",
        "function", "time", "coproc");

    private static readonly FrozenSet<string> Headers = FrozenSet.Create(StringComparer.Ordinal, "for", "case", "select", "function", "[[");

    private readonly string source;
    private readonly List<ShellCommand> commands;
    private readonly Queue<HereDocument> pending = new();
    private readonly int depthBefore;
    private ShellDoubt doubts;
    private int at, unclosed;

    private ShellParser(string source, List<ShellCommand> commands, int depthBefore)
    {
        this.source = source;
        this.commands = commands;
        this.depthBefore = depthBefore;
    }

    private bool AtEnd => at >= source.Length;

    private char Current => source[at];

    public static ShellScript Parse(string script)
    {
        if (script.Length > LongestScript)
            return new ShellScript([], ShellDoubt.TooLarge);
        var parser = new ShellParser(script, [], depthBefore: 0);
        parser.List(end: null, depth: 0);
        if (parser.commands.Count == 0 || parser.unclosed != 0)
            parser.doubts |= ShellDoubt.Unparsable;
        return new ShellScript(parser.commands, parser.doubts);
    }

    /// <summary>Commands up to the end of the text, or up to and with the closing character.</summary>
    private void List(char? end, int depth)
    {
        if (TooDeep(depth))
            return;
        var (join, hasCommand, mustFollow) = ("", false, false);
        while (true)
        {
            SkipBlanks();
            if (AtEnd || Current == end)
            {
                if (mustFollow || (AtEnd && end is not null) || (AtEnd && pending.Count > 0))
                    doubts |= ShellDoubt.Unparsable;
                at++;
                return;
            }

            if (Current == '\n')
            {
                at++;
                HereDocuments(depth);
                (join, hasCommand) = mustFollow ? (join, hasCommand) : (";", false);
            }
            else if (Current == '#')
            {
                SkipComment();
            }
            else if (Separator() is { } separator)
            {
                if (!hasCommand || separator is ")" or ";;" or ";&")
                    doubts |= ShellDoubt.Unparsable;
                if (separator == "&")
                    doubts |= ShellDoubt.Background;
                (join, hasCommand, mustFollow) = (separator, false, separator is "&&" or "||" or "|" or "|&");
            }
            else
            {
                Element(join, depth);
                (hasCommand, mustFollow) = (true, false);
            }
        }
    }

    private void Element(string join, int depth)
    {
        if (Current != '(')
        {
            SimpleCommand(join, depth);
            return;
        }

        doubts |= ShellDoubt.Subshell;
        at++;
        List(')', depth + 1);
    }

    private bool TooDeep(int depth)
    {
        if (depth + depthBefore <= DeepestNesting && commands.Count <= MostCommands)
            return false;
        doubts |= ShellDoubt.TooLarge;
        at = source.Length;
        return true;
    }

    private string? Separator()
    {
        string[] separators = ["&&", "||", "|&", "|", ";;", ";&", ";", "&", ")"];
        foreach (var separator in separators)
        {
            if (!At(separator) || (separator == "&" && At("&>")))
                continue;
            at += separator.Length;
            return separator;
        }

        return null;
    }

    private void SimpleCommand(string join, int depth)
    {
        var (words, assignments, redirections) = (new List<ShellWord>(), new List<ShellWord>(), new List<ShellRedirection>());
        var (isHeader, isFunctionName) = (false, false);
        string? loop = null, variable = null;
        for (SkipBlanks(); !AtCommandEnd(); SkipBlanks())
        {
            if (Redirection(redirections, depth))
                continue;
            var start = at;
            var word = Word(depth, out var firstQuoted);
            if (at == start)
            {
                // Nothing here can begin a word: a stray parenthesis.
                doubts |= ShellDoubt.ControlFlow;
                break;
            }

            if (words.Count == 0 && !isHeader && firstQuoted < 0 && Reserved.Contains(word.Text))
            {
                doubts |= ShellDoubt.ControlFlow;
                unclosed += word.Text switch { "if" or "do" or "case" or "{" => 1, "fi" or "done" or "esac" or "}" => -1, _ => 0 };
                isHeader = Headers.Contains(word.Text);
                loop = word.Text is "for" or "select" ? word.Text : null;
                isFunctionName = word.Text is "function";
            }
            else if (loop is not null)
            {
                if (variable is null)
                    variable = word.Text;
                else if (word.Text is not "in" || !word.Literal)
                    assignments.Add(word with { Text = $"{variable}={word.Text}" });
            }
            else if (isFunctionName)
            {
                (isHeader, isFunctionName) = (false, false);
            }
            else if (words.Count == 0 && IsAssignment(word.Text, firstQuoted))
            {
                doubts |= ShellDoubt.Assignment;
                assignments.Add(word);
            }
            else if (!isHeader)
            {
                words.Add(word);
            }
        }

        if (words.Count + assignments.Count + redirections.Count > 0)
            commands.Add(new ShellCommand(join, words, assignments, redirections));
        if (commands.Count > MostCommands)
            doubts |= ShellDoubt.TooLarge;
    }

    private bool AtCommandEnd() => AtEnd || (Current is '\n' or ';' or '|' or ')' or '#') || (Current == '&' && !At("&>")) || Current == '(';

    private static bool IsAssignment(string word, int firstQuoted)
    {
        var equals = word.IndexOf('=');
        if (equals <= 0 || (firstQuoted >= 0 && firstQuoted < equals))
            return false;
        var name = word.AsSpan(0, equals);
        if (name[^1] == '+')
            name = name[..^1];
        if (name.IndexOf('[') is > 0 and var bracket && name[^1] == ']')
            name = name[..bracket];
        return name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && !name.ContainsAnyExcept(NameCharacters);
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private void SkipBlanks()
    {
        while (!AtEnd && (Current is ' ' or '\t' || At("\\\n")))
            at += Current == '\\' ? 2 : 1;
    }

    private void SkipComment()
    {
        var newline = source.IndexOf('\n', at);
        at = newline < 0 ? source.Length : newline;
    }

    private bool At(string text) => source.AsSpan(Math.Min(at, source.Length)).StartsWith(text, StringComparison.Ordinal);
}
