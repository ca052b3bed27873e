using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>Judges one command by its program and arguments. A program not known here is ordinary: it may do what code of the project may.</summary>
internal static partial class ProgramRisk
{
    private static readonly FrozenSet<string> Looking = Names(
        "ls cat head tail wc grep egrep fgrep rg ag pwd echo true false test [ which type whereis basename dirname realpath readlink stat file du df " +
        "sort uniq cut tr nl tac rev comm diff cmp od xxd hexdump strings md5sum sha1sum sha256sum sha512sum cksum b2sum date whoami id uname " +
        "hostname nproc uptime ps free seq expr column fold paste join tree jq printf locale getconf sleep cal sed awk gawk mawk find fd fdfind " +
        "man cd groups tty arch lsblk lscpu pgrep command :");

    private static readonly FrozenSet<string> Losing = Names(
        "rm rmdir unlink shred srm dd fdisk parted wipefs kill killall pkill skill xkill shutdown reboot halt poweroff userdel groupdel " +
        "del erase rd remove-item ri taskkill stop-process mkswap blkdiscard truncate killall5 init telinit swapoff");

    private static readonly FrozenSet<string> Poisoning = Names(
        "export alias unalias declare typeset readonly local unset trap enable hash set shopt bind complete source . read mapfile readarray pushd popd " +
        "ulimit umask fc history disown let getopts compgen compopt jobs dirs suspend logout");

    private static readonly FrozenSet<string> Reaching = Names(
        "ssh scp sftp rsync nc ncat netcat socat telnet ftp systemctl service launchctl crontab mount umount insmod modprobe iptables nft " +
        "vim vi nvim nano emacs ed ex less more most top htop mail sendmail osascript open xdg-open usermod useradd passwd visudo " +
        "sysctl ip ifconfig route setcap setfacl chattr losetup");

    /// <summary>Words right after the program that make something public.</summary>
    private static readonly FrozenDictionary<string, string[]> Publishers = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["npm"] = ["publish", "unpublish", "deprecate", "dist-tag", "owner", "access"],
        ["pnpm"] = ["publish"],
        ["yarn"] = ["publish", "npm publish"],
        ["bun"] = ["publish"],
        ["cargo"] = ["publish", "yank", "owner"],
        ["dotnet"] = ["nuget push", "nuget delete"],
        ["nuget"] = ["push", "delete"],
        ["gem"] = ["push", "yank"],
        ["twine"] = ["upload"],
        ["poetry"] = ["publish"],
        ["uv"] = ["publish"],
        ["flit"] = ["publish"],
        ["mvn"] = ["deploy"],
        ["docker"] = ["push", "image push", "buildx build --push"],
        ["podman"] = ["push", "image push"],
        ["helm"] = ["push"],
        ["gh"] = ["release", "pr create", "pr merge", "pr comment", "pr close", "issue create", "issue comment", "issue close", "repo create", "repo delete", "gist create", "api", "workflow run"],
        ["glab"] = ["release", "mr create", "mr merge", "issue create", "api"],
        ["terraform"] = ["apply"],
        ["kubectl"] = ["apply", "create", "rollout", "patch"],
        ["vercel"] = ["deploy", "--prod"],
        ["netlify"] = ["deploy"],
        ["fly"] = ["deploy"],
        ["wrangler"] = ["deploy", "publish"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string[]> Removers = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["docker"] = ["rm", "rmi", "kill", "system prune", "volume rm", "volume prune", "container rm", "container prune", "image rm", "image prune", "network rm"],
        ["podman"] = ["rm", "rmi", "kill", "system prune", "volume rm", "volume prune"],
        ["kubectl"] = ["delete", "drain"],
        ["terraform"] = ["destroy"],
        ["crontab"] = ["-r"],
        ["fuser"] = ["-k"],
        ["dropdb"] = [""],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Options with which a looking program writes or runs something; a trailing = or a bare two-letter option matches its beginning.</summary>
    private static readonly FrozenDictionary<string, string[]> UnsafeOptions = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["rg"] = ["--pre", "--hostname-bin"],
        ["ag"] = ["--pager"],
        ["sort"] = ["-o", "--o", "--compress-p"],
        ["tree"] = ["-o"],
        ["docker"] = ["--privileged", "--pid", "--cap-add", "--device"],
        ["podman"] = ["--privileged", "--pid", "--cap-add", "--device"],
        ["wait"] = ["-p"],
        ["tar"] = ["-P", "--abs", "--to-c", "--checkpoint-a", "-I", "--use-c", "--rsh-c", "-F", "--info-s", "--new-v"],
        ["man"] = ["-P", "-H", "--pager", "--html"],
        ["date"] = ["-s", "--s"],
        ["file"] = ["-C", "--c"],
        ["find"] = ["-fls", "-fprint"],
        ["printf"] = ["-v"],
        ["test"] = ["-v", "-R"],
        ["["] = ["-v", "-R"],
        ["curl"] = ["-d", "--data", "-F", "--form", "-T", "--upload-file", "-X", "--request", "--json", "-K", "--config", "-o", "-O", "--output"],
        ["wget"] = ["--post", "--method", "--body", "-e", "--execute", "--use-askpass"],
        ["zip"] = ["-T", "-TT", "--unzip-command"],
        ["make"] = ["--eval", "-E"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether its first words choose between deeds of which some reach others or cannot be taken back.</summary>
    public static bool HasDeeds(string program) => Publishers.ContainsKey(program) || Removers.ContainsKey(program);

    /// <summary>Whether an option makes it write or start something that it otherwise does not.</summary>
    public static bool HasUnsafeOptions(string program) => UnsafeOptions.ContainsKey(program);

    /// <param name="argv">The program and its arguments.</param>
    /// <param name="inputIsShown">Its input stands in the command line itself.</param>
    public static Risk Of(string[] argv, bool inputIsShown = false)
    {
        var program = Name(argv[0]);
        if (program == "git")
            return GitRisk.Of(argv);
        if (IsCatastrophic(program, argv))
            return new Risk(RiskLevel.Catastrophic, $"{program} would destroy far more than the project");
        if (Losing.Contains(program) || program.StartsWith("mkfs", StringComparison.Ordinal) || Matches(Removers, program, argv))
            return new Risk(RiskLevel.Destructive, $"{program} destroys or ends something");
        if (program is "chmod" && argv.Skip(1).Any(word => SetsIdentity().IsMatch(word)))
            return new Risk(RiskLevel.Unclear, "chmod lets others run it as you");
        if (program is "chmod" or "chown" or "chgrp" && argv.Any(word => word is "--recursive" || (word.StartsWith('-') && word.Contains('R'))))
            return new Risk(RiskLevel.Destructive, $"{program} changes a whole tree");
        if (program == "find" && argv.Contains("-delete"))
            return new Risk(RiskLevel.Destructive, "find deletes what it finds");
        if (Matches(Publishers, program, argv))
            return new Risk(RiskLevel.Publishing, $"{program} makes something public");
        if (program == "set" && argv.Skip(1).All(word => word is "-e" or "-u" or "-x" or "-eu" or "-ex" or "-eux" or "-euo" or "-euxo" or "-o" or "pipefail"))
            return default;
        if (program is "export" or "local" && argv.Skip(1).All(IsPlainSetting))
            return new Risk(RiskLevel.Ordinary);
        if (program is "read" && argv.Skip(1).All(word => word is "-r" || IsPlainSetting(word)))
            return default;
        if (program is "source" or "." && argv.Length > 1 && argv[1] is not ['-', ..] && !IsInput(argv[1]))
            return new Risk(RiskLevel.Ordinary);
        if (Poisoning.Contains(program))
            return new Risk(RiskLevel.Unclear, $"{program} changes what later commands do");
        if (Reaching.Contains(program))
            return new Risk(RiskLevel.Unclear, $"{program} reaches outside or waits for a person");
        if (UnsafeOptions.TryGetValue(program, out var options) && argv.Skip(1).FirstOrDefault(word => Array.Exists(options, option => Takes(word, option))) is { } found)
            return new Risk(RiskLevel.Unclear, $"{program} with {found}");
        if (program is "tar" && argv.Length > 1 && !argv[1].StartsWith('-') && argv[1].AsSpan().IndexOfAny("IFP") >= 0)
            return new Risk(RiskLevel.Unclear, $"tar with {argv[1]}");
        if (program is "curl" && argv.Skip(1).Any(word => word.AsSpan().IndexOfAny("{}[]") >= 0))
            return new Risk(RiskLevel.Unclear, "curl makes several addresses of one");
        if (!inputIsShown && Interpreters().IsMatch(program) && ReadsItsProgram(argv))
            return new Risk(RiskLevel.Unclear, $"{program} runs what it reads");
        return Looking.Contains(program) && IsSystemProgram(argv[0]) ? OfLooking(program, argv) : new Risk(RiskLevel.Ordinary);
    }

    /// <summary>The name of a program without its folder.</summary>
    public static string Name(string program)
    {
        var slash = program.LastIndexOf('/');
        return (slash < 0 ? program : program[(slash + 1)..]) is { Length: > 0 } name ? name : program;
    }

    /// <summary>A file of the project may be called "ls" too.</summary>
    private static bool IsSystemProgram(string program) => !program.Contains('/') ||
        program.StartsWith("/bin/", StringComparison.Ordinal) || program.StartsWith("/usr/bin/", StringComparison.Ordinal);

    private static Risk OfLooking(string program, string[] argv)
    {
        var operands = argv.Skip(1).Count(word => !word.StartsWith('-') || word == "-");
        return program switch
        {
            "uniq" or "xxd" when operands > 1 => new Risk(RiskLevel.Ordinary),
            "hostname" when operands > 0 => new Risk(RiskLevel.Unclear, "sets the host name"),
            "date" when argv.Skip(1).Any(word => !word.StartsWith('-') && !word.StartsWith('+') && !argv.Contains("-d")) =>
                new Risk(RiskLevel.Unclear, "may set the clock"),
            "sed" => Sed(argv),
            "awk" or "gawk" or "mawk" => Awk(argv),
            _ => default,
        };
    }

    private static bool IsPlainSetting(string word) => Setting().Match(word) is { Success: true } match && !ShellVariables.IsDangerous(match.Groups[1].Value);

    /// <summary>No script is named, or one that stands for the input.</summary>
    private static bool ReadsItsProgram(string[] argv)
    {
        var first = Array.Find(argv[1..], word => word is "-" || !word.StartsWith('-'));
        return first is null ? !argv.Skip(1).Any(word => word.StartsWith('-')) : IsInput(first);
    }

    /// <summary>Whether the program runs what its first words say: a script, or text behind an option.</summary>
    public static bool RunsScripts(string program) => program is "source" or "." or "bash" or "sh" or "dash" or "zsh" or "ksh" or "ash" || Interpreters().IsMatch(program);

    /// <summary>Whether a name stands for what comes through a pipe, and not for a file.</summary>
    public static bool IsInput(string path) =>
        path is "-" || path.StartsWith("<(", StringComparison.Ordinal) || path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal);

    private static Risk Sed(string[] argv)
    {
        var arguments = argv[1..];
        var inPlace = arguments.Any(word => word.StartsWith("--in-place", StringComparison.Ordinal) || InPlace().IsMatch(word));
        if (arguments.Any(word => word.StartsWith("--file", StringComparison.Ordinal) || word.StartsWith("--expression", StringComparison.Ordinal) || ScriptFile().IsMatch(word)))
            return new Risk(RiskLevel.Unclear, "a sed script that is not looked into");
        var scripts = arguments.Where((_, i) => i > 0 && arguments[i - 1] is "-e" or "-ne").ToList();
        if (scripts.Count == 0 && arguments.FirstOrDefault(word => !word.StartsWith('-')) is { } first)
            scripts.Add(first);
        if (!scripts.All(script => PlainSedScript().IsMatch(script)))
            return new Risk(RiskLevel.Unclear, "a sed script that may write or run something");
        return new Risk(inPlace ? RiskLevel.Ordinary : RiskLevel.ReadOnly);
    }

    private static Risk Awk(string[] argv)
    {
        var opaque = argv.Skip(1).Any(word => AwkOptions().IsMatch(word)) || argv.Skip(1).Any(word => AwkDeeds().IsMatch(word));
        return opaque ? new Risk(RiskLevel.Unclear, "an awk script that may write or run something") : default;
    }

    private static bool IsCatastrophic(string program, string[] argv)
    {
        if (program.StartsWith("mkfs", StringComparison.Ordinal) || program is "wipefs" or "blkdiscard")
            return true;
        if (program == "dd")
            return argv.Any(word => word.StartsWith("of=/dev/", StringComparison.Ordinal) && word is not "of=/dev/null");
        var recursive = argv.Skip(1).Any(word => word == "--recursive" || (word.StartsWith('-') && !word.StartsWith("--", StringComparison.Ordinal) && word.AsSpan().ContainsAny('r', 'R')));
        return recursive && (program is "rm" or "chmod" or "chown") && argv.Skip(1).Any(IsEverything);
    }

    private static bool IsEverything(string word)
    {
        var path = word.Length > 1 ? word.TrimEnd('/') : word;
        return path is "" or "/" or "~" or "." or ".." or "*" or "/*" or "~/*" or "./*" or "../*" or ".*" or "$HOME" or "${HOME}" or "/." or
            "/bin" or "/boot" or "/dev" or "/etc" or "/home" or "/lib" or "/opt" or "/proc" or "/root" or "/sbin" or "/srv" or "/sys" or "/usr" or "/var";
    }

    private static bool Matches(FrozenDictionary<string, string[]> table, string program, string[] argv)
    {
        if (!table.TryGetValue(program, out var phrases))
            return false;
        var words = argv.Skip(1).Where(word => word.Length > 0).ToList();
        return phrases.Any(phrase => phrase.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(words.Contains));
    }

    private static bool Takes(string word, string option) => option.StartsWith("--", StringComparison.Ordinal)
        ? word.StartsWith(option, StringComparison.Ordinal)
        : word == option || (option.Length == 2 && word.StartsWith('-') && !word.StartsWith("--", StringComparison.Ordinal) && word.Contains(option[1])) ||
          (option.Length > 2 && word.StartsWith(option, StringComparison.Ordinal));

    private static FrozenSet<string> Names(string names) => names.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    [GeneratedRegex(@"^([A-Za-z_]\w*)(=|$)")]
    private static partial Regex Setting();

    [GeneratedRegex(@"^-[a-zA-Z]*i")]
    private static partial Regex InPlace();

    [GeneratedRegex(@"^-[a-zA-Z]*f")]
    private static partial Regex ScriptFile();

    [GeneratedRegex(@"^(\s*((\d+|\$|/[^/]*/)(,(\d+|\$|/[^/]*/))?)?\s*([pdq=]|s(?<d>[/|,#@!])((?!\k<d>).)*\k<d>((?!\k<d>).)*\k<d>[gpI0-9]*)\s*(;|$))+$")]
    private static partial Regex PlainSedScript();

    [GeneratedRegex(@"^(-f|-i|-l|-E|--file|--include|--load|--exec|--profile|--debug|--dump|-d|-o|-p|-D)")]
    private static partial Regex AwkOptions();

    [GeneratedRegex(@"^(python[0-9.]*|pypy[0-9.]*|node|nodejs|deno|bun|perl|ruby|php|lua[0-9.]*|Rscript|tclsh|guile|osascript|pwsh)$")]
    private static partial Regex Interpreters();

    [GeneratedRegex(@"^[0-7]*[2467][0-7]{3}$|^[ugoa]*[+=][rwxX]*s")]
    private static partial Regex SetsIdentity();

    [GeneratedRegex(@"system|getline|[|>@]|close|fflush|ARGV|ARGC|ENVIRON")]
    private static partial Regex AwkDeeds();
}
