using System.Collections.Frozen;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>
/// The words of a command that may be files. It names too many rather than too few: a word that is no file resolves to nothing
/// inside the project and hurts no one.
/// </summary>
internal static class CommandPaths
{
    private static readonly FrozenSet<string> WithoutPaths = FrozenSet.Create(StringComparer.Ordinal,
        "echo", "printf", "true", "false", "seq", "expr", "sleep", "kill", "killall", "pkill", "which", "type", "whoami", "id", "uname", ":");

    private static readonly FrozenSet<string> PatternFirst = FrozenSet.Create(StringComparer.Ordinal,
        "grep", "egrep", "fgrep", "rg", "ag", "sed", "awk", "gawk", "mawk", "jq", "tr");

    private static readonly FrozenSet<string> Writing = FrozenSet.Create(StringComparer.Ordinal,
        "cp", "mv", "mkdir", "touch", "ln", "install", "tee", "chmod", "chown", "chgrp", "patch", "tar", "unzip", "zip", "gzip", "gunzip",
        "uniq", "xxd", "rsync", "mkfifo", "split", "csplit");

    private static readonly FrozenSet<string> Deleting = FrozenSet.Create(StringComparer.Ordinal,
        "rm", "rmdir", "unlink", "shred", "truncate", "srm");

    /// <summary>Options whose next word is text and no file, by program.</summary>
    private static readonly FrozenDictionary<string, string[]> TextOptions = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["git"] = ["-m", "--message", "-am", "--format", "--pretty", "--author", "--grep", "-e"],
        ["grep"] = ["-e", "--regexp", "-m"],
        ["egrep"] = ["-e", "--regexp", "-m"],
        ["fgrep"] = ["-e", "--regexp", "-m"],
        ["rg"] = ["-e", "--regexp", "-m"],
        ["sed"] = ["-e", "-ne"],
        ["find"] = ["-name", "-iname"],
        ["python"] = ["-c", "-m"],
        ["python3"] = ["-c", "-m"],
        ["node"] = ["-e", "-p"],
        ["perl"] = ["-e", "-ne", "-pe"],
        ["ruby"] = ["-e"],
        ["bash"] = ["-c"],
        ["sh"] = ["-c"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether its operands are files that it changes.</summary>
    public static bool Writes(string program) => Writing.Contains(program) || Deleting.Contains(program);

    public static IReadOnlyList<PathOperand> Of(string[] argv, IReadOnlyList<WorkingFolder> folders)
    {
        var program = ProgramRisk.Name(argv[0]);
        var words = new List<(string Path, PathUse Use)>();
        if (argv[0].Contains('/'))
            words.Add((argv[0], PathUse.Read));
        if (!WithoutPaths.Contains(program))
            words.AddRange(Arguments(program, argv));
        var tree = TreeReading.Of(program, argv);
        if (tree is { NamesFolder: false })
            words.Add((".", PathUse.Read));
        return [.. from word in words from folder in folders select new PathOperand(word.Path, folder.Path, word.Use) { Unless = folder.Unless, Tree = tree }];
    }

    private static IEnumerable<(string Path, PathUse Use)> Arguments(string program, string[] argv)
    {
        var use = UseOf(program, argv);
        var texts = TextOptions.GetValueOrDefault(program, []);
        var patternIsNext = PatternFirst.Contains(program) && !argv.Any(word => GivesPattern(program, word));
        for (var (i, onlyOperands) = (1, false); i < argv.Length; i++)
        {
            var word = argv[i];
            if (word == "--" && !onlyOperands)
            {
                onlyOperands = true;
                continue;
            }

            if (!onlyOperands && word.StartsWith('-') && word.Length > 1)
            {
                foreach (var (path, isSure) in WordPaths.OfOption(program, word))
                    yield return (path, isSure ? use : PathUse.Read);
            }
            else if (patternIsNext)
            {
                patternIsNext = false;
            }
            else if (!texts.Contains(argv[i - 1]))
            {
                foreach (var (path, isSure) in WordPaths.OfOperand(program, word))
                    yield return (path, isSure ? use : PathUse.Read);
            }
        }
    }

    private static PathUse UseOf(string program, string[] argv) =>
        Deleting.Contains(program) ? PathUse.Delete
        : program is "find" && argv.Any(word => word is "-delete" || Deleting.Contains(ProgramRisk.Name(word))) ? PathUse.Sweep
        : Writing.Contains(program) || (program == "sed" && argv.Any(word => word.StartsWith("-i", StringComparison.Ordinal))) ? PathUse.Write
        : PathUse.Read;

    /// <summary>Then the first operand is a file already. Long options may be shortened; what is taken for one too many only names a file more.</summary>
    private static bool GivesPattern(string program, string word) => word.StartsWith("--", StringComparison.Ordinal)
        ? word.StartsWith("--r", StringComparison.Ordinal) || word.StartsWith("--f", StringComparison.Ordinal) || word.StartsWith("--e", StringComparison.Ordinal)
        : word.StartsWith('-') && (word.Contains('f') || (word.Contains('e') && program is not "jq"));
}
