using System.Collections.Frozen;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>
/// The words of a command that may be files. It names too many rather than too few: a word that is no file resolves to nothing
/// inside the project and hurts no one.
/// </summary>
internal static class CommandPaths
{
    private const int LongestPath = 4096;

    private static readonly FrozenSet<string> WithoutPaths = FrozenSet.Create(StringComparer.Ordinal,
        "echo", "printf", "true", "false", "seq", "expr", "sleep", "kill", "killall", "pkill", "which", "type", "whoami", "id", "uname", ":");

    private static readonly FrozenSet<string> PatternFirst = FrozenSet.Create(StringComparer.Ordinal,
        "grep", "egrep", "fgrep", "rg", "ag", "sed", "awk", "gawk", "mawk", "jq", "tr", "git grep");

    private static readonly FrozenSet<string> Writing = FrozenSet.Create(StringComparer.Ordinal,
        "cp", "mv", "mkdir", "touch", "ln", "install", "tee", "chmod", "chown", "chgrp", "patch", "tar", "unzip", "zip", "gzip", "gunzip",
        "uniq", "xxd", "rsync", "mkfifo", "split", "csplit");

    private static readonly FrozenSet<string> Deleting = FrozenSet.Create(StringComparer.Ordinal,
        "rm", "rmdir", "unlink", "shred", "truncate", "srm");

    private static readonly FrozenSet<string> TextOptions = FrozenSet.Create(StringComparer.Ordinal,
        "-m", "--message", "-am", "-c", "-e", "--regexp", "--format", "--pretty", "--author", "--grep", "-name", "-iname");

    public static IReadOnlyList<PathOperand> Of(string[] argv, string directory)
    {
        var program = ProgramRisk.Name(argv[0]);
        var paths = new List<PathOperand>();
        if (argv[0].Contains('/'))
            paths.Add(new PathOperand(argv[0], directory, PathUse.Read));
        if (WithoutPaths.Contains(program))
            return paths;
        var use = Deleting.Contains(program) || (program == "find" && argv.Contains("-delete")) ? PathUse.Delete
            : Writing.Contains(program) || (program == "sed" && argv.Any(word => word.StartsWith("-i", StringComparison.Ordinal))) ? PathUse.Write
            : PathUse.Read;
        var patternIsNext = PatternFirst.Contains(program) && !argv.Any(word => word is "-e" or "-f" or "--files" or "--file" or "--regexp");
        for (var (i, onlyOperands) = (1, false); i < argv.Length; i++)
        {
            var word = argv[i];
            if (word == "--" && !onlyOperands)
            {
                onlyOperands = true;
                continue;
            }

            var isOption = !onlyOperands && word.StartsWith('-') && word.Length > 1;
            if (isOption)
                Add(ValueOf(word));
            else if (patternIsNext)
                patternIsNext = false;
            else if (!TextOptions.Contains(argv[i - 1]))
                Add(word);
        }

        return paths;

        void Add(string? path)
        {
            if (path?.Length is > 0 and <= LongestPath && path is not "-" && !path.Contains("://", StringComparison.Ordinal) && !path.Contains('\n'))
                paths.Add(new PathOperand(path, directory, use));
        }
    }

    /// <summary>The path in --option=path or -Ipath; null when none is recognised.</summary>
    private static string? ValueOf(string option)
    {
        var equals = option.IndexOf('=');
        if (equals >= 0)
            return option[(equals + 1)..];
        return !option.StartsWith("--", StringComparison.Ordinal) && option.Length > 2 && option[2] is '/' or '.' or '~' ? option[2..] : null;
    }
}
