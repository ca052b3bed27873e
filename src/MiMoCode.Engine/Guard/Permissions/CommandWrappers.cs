using System.Collections.Frozen;

namespace MiMoCode.Engine.Guard.Permissions;

/// <param name="Commands">What the wrapper starts.</param>
/// <param name="Script">What it gives to a shell.</param>
/// <param name="Risk">What the wrapping itself adds.</param>
internal sealed record StartedByWrapper(IReadOnlyList<string[]> Commands, string? Script, Risk Risk);

/// <summary>Looks through programs that start other programs.</summary>
internal static class CommandWrappers
{
    /// <param name="Valued">Options that take the next word.</param>
    /// <param name="Flags">Options that stand alone; a cluster of them counts.</param>
    /// <param name="Operands">Words before the command, like the time of timeout.</param>
    /// <param name="Risk">What the wrapper adds.</param>
    private sealed record Shape(string Valued, string Flags, int Operands, RiskLevel Risk);

    private static readonly FrozenDictionary<string, Shape> Shapes = new Dictionary<string, Shape>(StringComparer.Ordinal)
    {
        ["env"] = new("-u --unset", "-i -0 -v --ignore-environment", 0, RiskLevel.ReadOnly),
        ["sudo"] = new("-u -g -h -p -C -r -t -U -T -R -D", "-E -n -H -S -b -k -A -B -P", 0, RiskLevel.Unclear),
        ["doas"] = new("-u -C -a", "-n -L -s", 0, RiskLevel.Unclear),
        ["nice"] = new("-n --adjustment", "", 0, RiskLevel.ReadOnly),
        ["ionice"] = new("-c -n --class --classdata", "-t", 0, RiskLevel.ReadOnly),
        ["timeout"] = new("-s -k --signal --kill-after", "-v --foreground --preserve-status --verbose", 1, RiskLevel.ReadOnly),
        ["time"] = new("", "-p", 0, RiskLevel.ReadOnly),
        ["nohup"] = new("", "", 0, RiskLevel.Unclear),
        ["setsid"] = new("", "-f -w -c --fork --wait --ctty", 0, RiskLevel.Unclear),
        ["stdbuf"] = new("-i -o -e --input --output --error", "", 0, RiskLevel.ReadOnly),
        ["xargs"] = new("-n -P -I -L -d -s -E --max-args --max-procs --replace --delimiter", "-0 -r -t -x --null --no-run-if-empty --verbose", 0, RiskLevel.Unclear),
        ["command"] = new("", "-p", 0, RiskLevel.ReadOnly),
        ["builtin"] = new("", "", 0, RiskLevel.ReadOnly),
        ["exec"] = new("-a", "-c -l", 0, RiskLevel.ReadOnly),
        ["busybox"] = new("", "", 0, RiskLevel.ReadOnly),
        ["taskset"] = new("", "-c", 1, RiskLevel.ReadOnly),
        ["chrt"] = new("", "-b -f -i -o -r", 1, RiskLevel.ReadOnly),
        ["chroot"] = new("", "", 1, RiskLevel.Unclear),
        ["strace"] = new("-o -e -p -s", "-f -q -c", 0, RiskLevel.Unclear),
        ["setpriv"] = new("", "", 0, RiskLevel.Unclear),
        ["unshare"] = new("", "", 0, RiskLevel.Unclear),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Shells = FrozenSet.Create(StringComparer.Ordinal, "sh", "bash", "dash", "zsh", "ksh", "ash", "rbash");

    /// <summary>Programs that start others in ways not looked into.</summary>
    private static readonly FrozenSet<string> Opaque = FrozenSet.Create(StringComparer.Ordinal,
        "parallel", "script", "ssh", "flock", "nsenter", "gdb", "ltrace", "systemd-run", "dbus-run-session", "su", "runuser", "pkexec",
        "expect", "at", "batch", "entr", "rlwrap", "numactl", "firejail", "bwrap", "proot", "faketime", "unbuffer");

    /// <summary>Null when the program starts nothing else.</summary>
    public static StartedByWrapper? Unwrap(string[] argv)
    {
        var program = ProgramRisk.Name(argv[0]);
        if (Shells.Contains(program))
            return Shell(argv);
        if (Shapes.TryGetValue(program, out var shape))
            return Shaped(program, argv, shape);
        return program switch
        {
            "eval" => new StartedByWrapper([], string.Join(' ', argv[1..]), new Risk(RiskLevel.Unclear, "eval")),
            "watch" => new StartedByWrapper([], string.Join(' ', argv[1..].SkipWhile(word => word.StartsWith('-'))), new Risk(RiskLevel.Unclear, "watch")),
            "find" => Find(argv),
            "fd" or "fdfind" when argv.FirstOrDefault(word => word is "-x" or "-X" or "--exec" or "--exec-batch") is { } option =>
                new StartedByWrapper([argv[(Array.IndexOf(argv, option) + 1)..]], null, Starts(program)),
            _ when Opaque.Contains(program) => new StartedByWrapper([], null, Starts(program)),
            _ => null,
        };
    }

    private static Risk Starts(string program) => new(RiskLevel.Unclear, $"{program} starts other programs");

    private static StartedByWrapper? Shaped(string program, string[] argv, Shape shape)
    {
        var (valued, flags) = (shape.Valued.Split(' '), shape.Flags.Split(' '));
        var risk = shape.Risk == RiskLevel.ReadOnly ? default : Starts(program);
        var at = 1;
        for (; at < argv.Length && argv[at].StartsWith('-') && argv[at].Length > 1; at++)
        {
            var option = argv[at];
            if (option == "--")
            {
                at++;
                break;
            }

            if (valued.Contains(option))
                at++;
            else if (program == "command" && option is "-v" or "-V")
                return null;
            else if (!flags.Contains(option) && !IsJoined(option, valued) && !IsNumber(program, option))
                risk = new Risk(RiskLevel.Unclear, $"{program} with an unknown option {option}");
        }

        at += shape.Operands;
        for (; program == "env" && at < argv.Length && argv[at].Contains('='); at++)
        {
            if (ShellVariables.IsDangerous(argv[at][..argv[at].IndexOf('=', StringComparison.Ordinal)]))
                risk = new Risk(RiskLevel.Unclear, "sets a variable that changes what programs do");
        }

        return at < argv.Length
            ? new StartedByWrapper([argv[at..]], null, risk)
            : new StartedByWrapper([], null, program == "env" ? new Risk(RiskLevel.Ordinary) : risk);
    }

    private static bool IsJoined(string option, string[] valued) => valued.Any(name => name.Length > 0 &&
        (name.StartsWith("--", StringComparison.Ordinal) ? option.StartsWith(name + "=", StringComparison.Ordinal) : option.StartsWith(name, StringComparison.Ordinal)));

    private static bool IsNumber(string program, string option) => program == "nice" && option.AsSpan(1).TrimStart('-').IndexOfAnyExceptInRange('0', '9') < 0;

    private static StartedByWrapper Shell(string[] argv)
    {
        for (var i = 1; i < argv.Length; i++)
        {
            var option = argv[i];
            if (!option.StartsWith('-') && !option.StartsWith('+'))
                return new StartedByWrapper([], null, ProgramRisk.IsInput(option) ? new Risk(RiskLevel.Unclear, "a shell that reads its commands from input") : new Risk(RiskLevel.Ordinary));
            if (!option.StartsWith("--", StringComparison.Ordinal) && option.Contains('c'))
            {
                var plain = option.AsSpan(1).IndexOfAnyExcept("celux") < 0;
                return i + 1 < argv.Length
                    ? new StartedByWrapper([], argv[i + 1], plain ? default : new Risk(RiskLevel.Unclear, $"a shell with {option}"))
                    : new StartedByWrapper([], null, new Risk(RiskLevel.Unclear, "a shell without a script"));
            }

            if (option is "--version" or "--help")
                return new StartedByWrapper([], null, default);
            if (option is "-n" or "-e" or "-x" or "-u" or "-l" or "--login" or "--norc" or "--noprofile" or "--posix")
                continue;
            return new StartedByWrapper([], null, new Risk(RiskLevel.Unclear, $"a shell with {option}"));
        }

        return new StartedByWrapper([], null, new Risk(RiskLevel.Unclear, "a shell that reads its commands from input"));
    }

    private static StartedByWrapper? Find(string[] argv)
    {
        var started = new List<string[]>();
        for (var i = 1; i < argv.Length; i++)
        {
            if (argv[i] is not ("-exec" or "-execdir" or "-ok" or "-okdir"))
                continue;
            var end = Array.FindIndex(argv, i + 1, word => word is ";" or "+");
            end = end < 0 ? argv.Length : end;
            started.Add(argv[(i + 1)..end]);
            i = end;
        }

        return started.Count == 0 ? null : new StartedByWrapper(started, null, Starts("find"));
    }
}
