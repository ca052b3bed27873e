using System.Collections.Immutable;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>Says what a command line touches, in the words that rules use: each command, each file it names, and what is dangerous.</summary>
internal static class CommandAccesses
{
    private static readonly string[] ProgramFolders = ["/bin/", "/usr/bin/", "/usr/local/bin/", "/sbin/", "/usr/sbin/", "/opt/"];

    private static readonly string[] HarmlessDevices =
        ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/stdin", "/dev/stdout", "/dev/stderr"];

    /// <summary>Everything the command line touches when it starts in the folder. Home stands for ~.</summary>
    public static ImmutableArray<Access> Of(string script, string directory, string home, Details? show)
    {
        var risk = CommandRisk.Of(script);
        var accesses = new List<Access>();
        if (risk.Doubts != ShellDoubt.None || risk.Commands.Count == 0)
        {
            // Rules may name the whole line; nothing but the same line again is granted.
            var isRiddle = (risk.Doubts & ShellDoubt.Riddle) != 0 || risk.Commands.Count == 0;
            accesses.Add(new Access(PermissionNames.Bash, script, script, show));
            accesses.Add(new Access(isRiddle ? PermissionNames.Script : PermissionNames.Compound, script, script, show));
            accesses.Add(new Access(PermissionNames.Changes, script, script, show));
        }

        foreach (var command in risk.Commands)
        {
            accesses.AddRange(Of(command, show));
            accesses.AddRange(command.Paths.SelectMany(operand => Matched(operand, directory, home)).SelectMany(operand => Of(operand, directory, home, show)));
        }

        if (risk.Risk.Level is RiskLevel.Catastrophic)
            accesses.Add(new Access(PermissionNames.Catastrophe, script, script, show));
        return [.. accesses.DistinctBy(access => (access.Permission, access.Pattern))];
    }

    /// <summary>A command as rules see it: words apart by one space, and quoted where they hold more than plain characters.</summary>
    public static string Spell(IEnumerable<string> argv) => string.Join(' ', argv.Select(Quote));

    private static IEnumerable<Access> Of(JudgedCommand command, Details? show)
    {
        if (command.Argv.Count == 0)
            yield break;

        var text = Spell(command.Argv);
        var prefix = CommandPrefix.Of([.. command.Argv]);
        var always = prefix.Count < command.Argv.Count ? Spell(prefix) + " *" : text;
        yield return new Access(PermissionNames.Bash, text, always, show);
        if (command.Risk.Level > RiskLevel.ReadOnly)
            yield return new Access(PermissionNames.Changes, text, text, show);
        var special = command.Risk.Level switch
        {
            RiskLevel.Unclear => PermissionNames.Script,
            RiskLevel.Publishing => PermissionNames.Publish,
            RiskLevel.Destructive when command.Argv[0] is "kill" or "killall" or "pkill" or "skill" => PermissionNames.Kill,
            RiskLevel.Destructive => PermissionNames.Delete,
            RiskLevel.Catastrophic => PermissionNames.Catastrophe,
            _ => null,
        };
        if (special is not null)
            yield return new Access(special, text, text, show);
    }

    private static IEnumerable<Access> Of(PathOperand operand, string directory, string home, Details? show)
    {
        var path = Place(operand, directory, home);
        if (operand.Unless is { } entered && Directory.Exists(Path.Combine(directory, entered)))
            yield break;
        if (Disaster.IsOn(operand.Use, path, directory, home))
            yield return new Access(PermissionNames.Catastrophe, path, path, show);
        if (operand.Use is PathUse.Read && operand.Tree is null && (ProgramFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)) || !MayBeFile(operand.Path, path)))
            yield break;
        if (HarmlessDevices.Contains(path) || path.StartsWith("/dev/fd/", StringComparison.Ordinal))
            yield break;

        var permission = operand.Use is PathUse.Read ? PermissionNames.Read : PermissionNames.Edit;
        yield return new Access(permission, path, path, show)
        {
            Path = path,
            Below = operand.Tree is { } tree && Directory.Exists(path) ? tree.FilesBelow : null,
        };
    }

    private static string Place(PathOperand operand, string directory, string home)
    {
        // The home of somebody else is somewhere outside.
        var written = operand.Path is not ['~', ..] ? operand.Path : operand.Path is "~" or ['~', '/', ..] ? home + operand.Path[1..] : "/" + operand.Path;
        return Path.Combine(directory, operand.Directory, written);
    }

    /// <summary>The operand as it is written, and the files that the shell would put in its place.</summary>
    private static IEnumerable<PathOperand> Matched(PathOperand operand, string directory, string home) =>
        PathPattern.IsPattern(operand.Path)
            ? PathPattern.FilesOf(Place(operand, directory, home)).Select(path => operand with { Path = path }).Prepend(operand)
            : [operand];

    // Most words of a command are no files; those that could matter have a slash, or exist, or are named like secrets.
    private static bool MayBeFile(string word, string path) =>
        word.Contains('/') || word is ".." || word.Contains(".env", StringComparison.OrdinalIgnoreCase) || Path.Exists(path);

    private static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "%+,-./:=@_^~*?[]{}!#".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
