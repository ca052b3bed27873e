using System.Collections.Frozen;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>Files that somebody's program runs without asking: whoever may write them may run commands later.</summary>
internal static class FilesThatRunLater
{
    private static readonly FrozenSet<string> Folders = new[]
    {
        ".git", ".github", ".gitlab", ".circleci", ".husky", ".vscode", ".idea", ".devcontainer", ".claude", ".codex", ".cursor",
        ".mimocode", ".opencode", ".ssh", "autostart", "cron.d", "cron.daily", "cron.hourly", "init.d", "systemd", "profile.d",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Names = new[]
    {
        ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".bash_aliases", ".profile", ".zshrc", ".zshenv", ".zprofile",
        ".zlogin", ".zlogout", ".kshrc", "config.fish", ".inputrc", ".envrc", ".gitconfig", ".gitmodules", ".gitattributes",
        ".mcp.json", ".gitlab-ci.yml", "azure-pipelines.yml", "Jenkinsfile", ".travis.yml", ".pre-commit-config.yaml",
        "lefthook.yml", ".npmrc", ".yarnrc", ".yarnrc.yml", ".ripgreprc", ".vimrc", ".exrc", ".lldbinit", ".gdbinit", "crontab",
        "authorized_keys", "mimocode.json", "mimocode.jsonc", "opencode.json", "opencode.jsonc",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the file, or a folder on its way, is such a place. Other spellings of one name count as it.</summary>
    public static bool Contains(string realPath)
    {
        var parts = realPath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Plain).ToArray();

        // Plans and notes of the agent itself lie there, and nothing runs them.
        if (parts is [.., ".mimocode", "plans", var plan] && plan.EndsWith(".md", StringComparison.Ordinal))
            return false;
        return parts.Length > 0 && (Names.Contains(parts[^1]) || parts.Any(Folders.Contains));
    }

    // Some file systems drop trailing dots and spaces, and streams after a colon.
    private static string Plain(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var plain = (colon > 0 ? name[..colon] : name).TrimEnd('.', ' ').Normalize();
        return plain.Equals("GIT~1", StringComparison.OrdinalIgnoreCase) ? ".git" : plain;
    }
}
