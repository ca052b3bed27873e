using System.Collections;
using System.Collections.Immutable;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>The environment as it was when the program started: the only place that reads it.</summary>
internal sealed class EnvironmentVariables(IEnumerable<KeyValuePair<string, string>> variables)
{
    /// <summary>All variables.</summary>
    public ImmutableDictionary<string, string> All { get; } = variables.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>The environment of this process.</summary>
    public static EnvironmentVariables OfProcess() => new(
        from DictionaryEntry entry in Environment.GetEnvironmentVariables()
        select KeyValuePair.Create((string)entry.Key, entry.Value as string ?? ""));

    /// <summary>The value, or null when it is not set or empty.</summary>
    public string? this[string name] => All.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>The user's home folder.</summary>
    public string Home => this["HOME"] ?? this["USERPROFILE"] ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>MIMOCODE_HOME: one folder for everything of ours instead of the four of the system.</summary>
    public string? MimoHome => this["MIMOCODE_HOME"];

    /// <summary>MIMOCODE_DB: the database file.</summary>
    public string? Database => this["MIMOCODE_DB"];

    /// <summary>MIMOCODE_CONFIG: one more settings file.</summary>
    public string? ConfigFile => this["MIMOCODE_CONFIG"];

    /// <summary>MIMOCODE_CONFIG_DIR: one more settings folder.</summary>
    public string? ConfigFolder => this["MIMOCODE_CONFIG_DIR"];

    /// <summary>MIMOCODE_CONFIG_CONTENT, or the name by which other clients pass the same: settings as JSON.</summary>
    public (string Name, string Json)? ConfigContent => First("MIMOCODE_CONFIG_CONTENT", "OPENCODE_CONFIG_CONTENT");

    /// <summary>MIMOCODE_PERMISSION: permission rules as JSON.</summary>
    public string? Permission => this["MIMOCODE_PERMISSION"];

    /// <summary>MIMOCODE_DANGEROUSLY_SKIP_PERMISSIONS: nothing is asked.</summary>
    public bool SkipPermissions => IsOn("MIMOCODE_DANGEROUSLY_SKIP_PERMISSIONS");

    /// <summary>MIMOCODE_DISABLE_PROJECT_CONFIG: settings, agents and instructions of the project are not read.</summary>
    public bool DisableProjectConfig => IsOn("MIMOCODE_DISABLE_PROJECT_CONFIG");

    /// <summary>No checkpoints are written.</summary>
    public bool DisableCheckpoint => IsOn("MIMOCODE_DISABLE_CHECKPOINT");

    /// <summary>MIMOCODE_DISABLE_PRUNE: outputs stay in the window as long as the window does.</summary>
    public bool DisablePrune => IsOn("MIMOCODE_DISABLE_PRUNE");

    /// <summary>A full window stays as it is.</summary>
    public bool DisableAutoCompact => IsOn("MIMOCODE_DISABLE_AUTOCOMPACT");

    /// <summary>MIMOCODE_DISABLE_INSTRUCTIONS: no instruction files.</summary>
    public bool DisableInstructions => IsOn("MIMOCODE_DISABLE_INSTRUCTIONS");

    /// <summary>MIMOCODE_DISABLE_CLAUDE_CODE and MIMOCODE_DISABLE_CLAUDE_CODE_PROMPT: no CLAUDE.md.</summary>
    public bool DisableClaudeInstructions => IsOn("MIMOCODE_DISABLE_CLAUDE_CODE") || IsOn("MIMOCODE_DISABLE_CLAUDE_CODE_PROMPT");

    /// <summary>MIMOCODE_DISABLE_PROVIDER_ENV: keys of providers are not taken from the environment.</summary>
    public bool DisableProviderKeys => IsOn("MIMOCODE_DISABLE_PROVIDER_ENV");

    /// <summary>MIMOCODE_SERVER_PASSWORD, or the name by which clients of the same API pass it.</summary>
    public string? ServerPassword => this["MIMOCODE_SERVER_PASSWORD"] ?? this["OPENCODE_SERVER_PASSWORD"];

    /// <summary>MIMOCODE_SERVER_USERNAME; when none is set, the names that clients take for granted.</summary>
    public string[] ServerUsernames =>
        (this["MIMOCODE_SERVER_USERNAME"] ?? this["OPENCODE_SERVER_USERNAME"]) is { } name ? [name] : ["mimocode", "opencode"];

    /// <summary>Started by a client of the other name, which waits for its own start-up line.</summary>
    public bool StartedAsOpencode => this["OPENCODE_CONFIG_CONTENT"] is not null;

    /// <summary>The value is 1 or true.</summary>
    public bool IsOn(string name) => this[name] is { } value && (value == "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase));

    private (string, string)? First(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (this[name] is { } value)
                return (name, value);
        }

        return null;
    }
}
