using System.Collections.Frozen;
using System.IO.Enumeration;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>
/// The environment children get: the user's own without secrets and without what changes how shells and we ourselves start,
/// and with variables that keep programs from waiting for a person.
/// </summary>
internal static class ChildEnvironment
{
    private const string StandardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly string[] Dropped =
    [
        "MIMOCODE_*", "MIMO_*", "OPENCODE_*", "*API_KEY*", "*APIKEY*", "*_TOKEN", "*_TOKENS", "*_ACCESS_KEY*", "*SECRET*",
        "*PASSWORD*", "*PASSWD*", "*PASSPHRASE*", "*CREDENTIAL*", "*PRIVATE_KEY*", "BASH_ENV", "ENV", "BASH_FUNC_*", "SHELLOPTS",
        "BASHOPTS", "PROMPT_COMMAND", "PS4", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CONFIG*", "GIT_EXTERNAL_DIFF",
        "GIT_SSH*", "GIT_PROXY_COMMAND", "GIT_TRACE*",
    ];

    private static readonly FrozenDictionary<string, string> Quiet = new Dictionary<string, string>
    {
        ["AGENT"] = "1",
        ["TERM"] = "dumb",
        ["NO_COLOR"] = "1",
        ["PAGER"] = "cat",
        ["GIT_PAGER"] = "cat",
        ["MANPAGER"] = "cat",
        ["EDITOR"] = "true",
        ["VISUAL"] = "true",
        ["GIT_EDITOR"] = "true",
        ["GIT_SEQUENCE_EDITOR"] = "true",
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_ASKPASS"] = "true",
        ["SSH_ASKPASS_REQUIRE"] = "never",
        ["DEBIAN_FRONTEND"] = "noninteractive",
    }.ToFrozenDictionary();

    /// <summary>The clean environment made from the given one.</summary>
    public static IReadOnlyDictionary<string, string> From(IReadOnlyDictionary<string, string> own)
    {
        var clean = own.Where(variable => !IsDropped(variable.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in Quiet)
            clean[name] = value;
        clean.TryAdd("PATH", StandardPath);
        return clean;
    }

    /// <summary>The same for a program that a person uses: without what keeps programs from asking.</summary>
    public static IReadOnlyDictionary<string, string> ForPerson(IReadOnlyDictionary<string, string> own)
    {
        var clean = own.Where(variable => !IsDropped(variable.Key)).ToDictionary(StringComparer.Ordinal);
        clean["TERM"] = "xterm-256color";
        clean.TryAdd("PATH", StandardPath);
        return clean;
    }

    /// <summary>Whether children must not see a variable of this name.</summary>
    public static bool IsDropped(string name) =>
        Dropped.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true));
}
