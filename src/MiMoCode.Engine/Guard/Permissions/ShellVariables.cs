using System.Buffers;
using System.Text.RegularExpressions;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>The variables whose values a script itself tells: x=a.txt, for x in a b. Where it tells several, each of them counts everywhere.</summary>
internal sealed partial class ShellVariables
{
    private const int MostValues = 20;

    private static readonly SearchValues<char> Several = SearchValues.Create(" \t\n*?[{~$`");

    /// <summary>Null stands for a value that is known only when it happens.</summary>
    private readonly Dictionary<string, HashSet<string>?> values = new(StringComparer.Ordinal) { ["HOME"] = ["~"], ["PWD"] = ["."] };

    public ShellVariables(IEnumerable<ShellCommand> commands)
    {
        foreach (var command in commands)
        {
            foreach (var assignment in command.Assignments)
                Assign(assignment);
            if (command.Words is [{ Text: "read" or "export" or "local" or "declare" or "readonly" or "typeset" or "unset" } builtin, ..])
            {
                foreach (var word in command.Words.Skip(1))
                    AssignBy(builtin.Text, word);
            }
        }
    }

    /// <summary>Whether setting it changes which programs run, or makes a harmless one start another.</summary>
    public static bool IsDangerous(string name) => Dangerous().IsMatch(name);

    /// <summary>
    /// The command with the values of its variables put in: one for each value, with the words that stay unknown as they were. Null when
    /// there are too many.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<ShellWord>>? Expand(IReadOnlyList<ShellWord> words)
    {
        var known = words.Select(Expand).ToList();
        var most = known.Max(values => values.Count);
        return most > MostValues ? null : [.. Enumerable.Range(0, most).Select(at => known.ConvertAll(values => values[Math.Min(at, values.Count - 1)]))];
    }

    /// <summary>What a word may be: itself when nothing is known.</summary>
    public IReadOnlyList<ShellWord> Expand(ShellWord word)
    {
        if ((word.Doubts & ShellDoubt.Expansion) == 0 || (word.Doubts & ~(ShellDoubt.Expansion | ShellDoubt.Pattern)) != 0)
            return [word];
        var texts = new List<string> { word.Text };
        foreach (var name in Use().Matches(word.Text).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal))
        {
            if (!values.TryGetValue(name, out var known) || known is null || texts.Count * known.Count > MostValues)
                return [word];
            texts = [.. from text in texts from value in known select Use().Replace(text, match => match.Groups["name"].Value == name ? value : match.Value)];
        }

        // What is left of a dollar sign was no plain use of a variable.
        return texts.Exists(text => text.Contains('$')) ? [word] : texts.ConvertAll(text => new ShellWord(text, word.Doubts & ShellDoubt.Pattern));
    }

    private void AssignBy(string builtin, ShellWord word)
    {
        if (word.Text.Contains('=') && builtin is not "read")
            Assign(word);
        else if (builtin is not "export")
            values[word.Text] = null;
    }

    private void Assign(ShellWord assignment)
    {
        var equals = assignment.Text.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = (assignment.Text[..equals], assignment.Text[(equals + 1)..]);
        // Unquoted, a value with a blank or a star would become several words.
        if (name.Length == 0)
            return;
        if (!assignment.Literal || value.Length == 0 || name[^1] is '+' or ']' || value.AsSpan().ContainsAny(Several))
            values[name.TrimEnd('+')] = null;
        else if (!values.TryGetValue(name, out var known) || name is "HOME" or "PWD")
            values[name] = [value];
        else
            known?.Add(value);
    }

    [GeneratedRegex(@"\$(?:\{(?<name>[A-Za-z_]\w*)\}|(?<name>[A-Za-z_]\w*))")]
    private static partial Regex Use();

    [GeneratedRegex(@"^(PATH|IFS|ENV|HOME|SHELL|PS\d|PROMPT_COMMAND|SHELLOPTS|BASH\w*|CDPATH|GLOBIGNORE|GIT_(?!AUTHOR|COMMITTER)\w+|LD_\w+|DYLD_\w+|\w*PAGER|\w*EDITOR|VISUAL|LESS\w*|BROWSER|\w+_OPTIONS|\w*_COMMAND|\w*ASKPASS|\w*_CONFIG_PATH|HIST\w+|TERMINFO\w*|EXINIT|VIMINIT)(\+|\[.*)?$")]
    private static partial Regex Dangerous();
}
