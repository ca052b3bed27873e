using System.Collections.Frozen;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>The keys that rules name, beside the names of tools.</summary>
internal static class PermissionNames
{
    public const string Read = "read", Edit = "edit", Bash = "bash";

    /// <summary>Touching anything outside the project.</summary>
    public const string Outside = "external_directory";

    /// <summary>A script whose commands nobody can tell before it runs.</summary>
    public const string Script = "bash_script";

    /// <summary>A script that is more than a list of plain commands, but whose commands can be told: rules for single commands say nothing about the whole.</summary>
    public const string Compound = "bash_compound";

    /// <summary>A command that is not provably free of effects.</summary>
    public const string Changes = "bash_changes";

    /// <summary>Ends processes that the agent may not have started.</summary>
    public const string Kill = "bash_process_kill";

    /// <summary>Destroys what cannot be brought back.</summary>
    public const string Delete = "bash_delete";

    /// <summary>Sends work to where others see it.</summary>
    public const string Publish = "bash_publish";

    /// <summary>Destroys the machine. Denied, whatever a rule says.</summary>
    public const string Catastrophe = "bash_catastrophe";

    /// <summary>Changes a file that runs by itself later: hooks, CI, editor tasks, shell start-up files.</summary>
    public const string RunsLater = "edit_runs_later";

    /// <summary>A person decides each time: no rule, grant or switch allows these beforehand.</summary>
    public static FrozenSet<string> Forced { get; } =
        FrozenSet.Create(StringComparer.Ordinal, Kill, Delete, Publish, RunsLater);
}
