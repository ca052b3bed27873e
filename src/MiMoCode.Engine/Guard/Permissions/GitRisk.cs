using System.Collections.Frozen;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>Judges git by its subcommand. One that is not known may be an alias, which runs anything.</summary>
internal static class GitRisk
{
    private static readonly FrozenSet<string> Looking = Names(
        "status log diff show blame annotate grep ls-files ls-tree ls-remote rev-parse describe shortlog cat-file rev-list merge-base name-rev whatchanged " +
        "count-objects version help check-ignore check-attr show-ref for-each-ref diff-tree diff-index diff-files cherry range-diff var");

    private static readonly FrozenSet<string> Ordinary = Names(
        "add commit checkout switch restore fetch pull merge rebase cherry-pick revert stash branch tag init clone mv reset apply am worktree notes remote " +
        "format-patch bundle archive gc repack fsck reflog sparse-checkout update-index read-tree write-tree commit-tree hash-object symbolic-ref rerere " +
        "config rm clean push bisect update-ref filter-branch filter-repo prune");

    /// <summary>Those that take an address.</summary>
    private static readonly FrozenSet<string> Remote = Names("clone fetch pull push ls-remote remote archive submodule bundle init");

    private static readonly string[] GlobalFlags = ["--no-pager", "--no-optional-locks", "--literal-pathspecs", "--no-replace-objects", "-P"];

    private static readonly string[] UnsafeOptions =
        ["--ext-diff", "--textconv", "--output", "--open-files-in-pager", "-O", "--upload-pack", "--receive-pack", "--exec", "-x", "-u", "--template", "--config", "-c"];

    public static Risk Of(string[] argv)
    {
        var at = 1;
        for (; at < argv.Length && argv[at].StartsWith('-'); at++)
        {
            if (argv[at] is "--version" or "--help")
                return default;
            if (argv[at] == "-C")
                at++;
            else if (!GlobalFlags.Contains(argv[at]))
                return Risk.Worse(new Risk(RiskLevel.Unclear, $"git with {argv[at]}"), Losing(argv, argv) ?? default);
        }

        if (at >= argv.Length)
            return default;
        var (name, rest) = (argv[at], argv[(at + 1)..]);
        if (Losing([name], rest) is { } losing)
            return losing;
        if (name is "push" or "send-email")
            return new Risk(RiskLevel.Publishing, "git makes commits public");
        if (!Looking.Contains(name) && !Ordinary.Contains(name))
            return new Risk(RiskLevel.Unclear, $"git {name} is not known; it may be an alias");
        if (Remote.Contains(name) && Array.Find(rest, word => word.Contains("::", StringComparison.Ordinal)) is { } address)
            return new Risk(RiskLevel.Unclear, $"git {name} with {address}, which may start a program");
        if (RunsSomething(name, rest) is { } option)
            return new Risk(RiskLevel.Unclear, $"git {name} with {option}");
        return new Risk(Looking.Contains(name) || OnlyLists(name, rest) ? RiskLevel.ReadOnly : RiskLevel.Ordinary);
    }

    /// <summary>Commands that lose commits, changes or files. The subcommand is looked for among several words when options hide it.</summary>
    private static Risk? Losing(string[] names, string[] rest)
    {
        bool Has(params string[] options) => rest.Any(options.Contains);
        bool Flag(char flag) => rest.Any(word => word.StartsWith('-') && !word.StartsWith("--", StringComparison.Ordinal) && word.Contains(flag));
        var dry = Has("-n", "--dry-run");
        foreach (var name in names)
        {
            var loses = name switch
            {
                "reset" => Has("--hard", "--merge", "--keep"),
                "clean" => !dry,
                "push" => Flag('f') || Flag('d') || Has("--delete", "--mirror", "--prune") || rest.Any(IsForcedRef),
                "branch" => Flag('D') || Flag('d') || Flag('f') || Flag('M') || Has("--delete", "--force"),
                "tag" => Flag('d') || Flag('f') || Has("--delete", "--force"),
                "worktree" => Has("remove", "prune"),
                "stash" => Has("drop", "clear"),
                "checkout" => Has("--", ".", "--force", "--ours", "--theirs", "-p") || Flag('f') || Flag('B'),
                "switch" => Has("--force", "--discard-changes", "-C") || Flag('f'),
                "restore" => !(Has("--staged", "-S") && !Has("--worktree", "-W")),
                "rm" => !Has("--cached") && !dry,
                "reflog" => Has("expire", "delete"),
                "gc" => rest.Any(word => word.StartsWith("--prune", StringComparison.Ordinal)),
                "prune" or "filter-branch" or "filter-repo" => true,
                "update-ref" => Flag('d'),
                "remote" => Has("remove", "rm"),
                _ => false,
            };
            if (loses)
                return new Risk(RiskLevel.Destructive, $"git {name} loses commits, changes or files");
        }

        return null;
    }

    private static bool IsForcedRef(string word) => word.StartsWith("--force", StringComparison.Ordinal) || word.StartsWith('+') || word.StartsWith(':');

    private static string? RunsSomething(string name, string[] rest) => name switch
    {
        "bisect" when rest.Contains("run") => "run",
        "config" when !OnlyLists(name, rest) => "a setting",
        _ => rest.FirstOrDefault(word => Array.Exists(UnsafeOptions, option => option.StartsWith("--", StringComparison.Ordinal)
            ? word.StartsWith(option, StringComparison.Ordinal)
            : IsUnsafeShort(name, word, option))),
    };

    /// <summary>The same letter is harmless elsewhere: -u adds untracked files, -c copies, -x is for rebase.</summary>
    private static bool IsUnsafeShort(string name, string word, string option) => word.StartsWith('-') && !word.StartsWith("--", StringComparison.Ordinal) && word.Contains(option[1]) && (name, option) switch
    {
        ("grep", "-O") => true,
        ("rebase", "-x") => true,
        ("clone" or "fetch" or "pull" or "ls-remote", "-u") => true,
        ("clone", "-c") => true,
        _ => false,
    };

    private static bool OnlyLists(string name, string[] rest) => name switch
    {
        "branch" => rest.All(word => word is "-a" or "-r" or "-v" or "-vv" or "--list" or "--show-current" or "--all" or "--remotes" or "--no-color"),
        "tag" => rest.All(word => word is "-l" or "--list" or "-n"),
        "remote" => rest.Length == 0 || rest is ["-v"] or ["show", ..] or ["get-url", _],
        "stash" => rest is ["list", ..] or ["show", ..],
        "worktree" => rest is ["list", ..],
        "config" => rest.FirstOrDefault() is "--get" or "--get-all" or "--list" or "-l" or "get" or "list",
        "reflog" => rest.Length == 0 || rest[0] == "show",
        "notes" => rest is [] or ["list", ..] or ["show", ..],
        _ => false,
    };

    private static FrozenSet<string> Names(string names) => names.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
