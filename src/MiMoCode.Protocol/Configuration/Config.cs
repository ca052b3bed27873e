using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Configuration;

#pragma warning disable CS1591 // The descriptions are the documentation; people read them in the schema too.

/// <summary>All settings, with the defaults of someone who sets nothing. Only the loader assigns.</summary>
/// <remarks>
/// "set" and not "init": generated code assigns every init, also for keys that a file leaves out, and the defaults would be lost.
/// </remarks>
public sealed record Config
{
    [JsonPropertyName("$schema")]
    [Description("Where an editor finds the schema of this file.")]
    public string? Schema { get; set; }

    [JsonPropertyName("logLevel")]
    [Description("What goes into the log file.")]
    public LogLevel LogLevel { get; set; } = LogLevel.Info;

    [OwnOnly]
    [Description("How `mimo serve` listens.")]
    public ServerConfig Server { get; set; } = new();

    [Description("The model to work with, as provider/model.")]
    public string? Model { get; set; }

    [Description("The model for small jobs such as titles, as provider/model.")]
    public string? SmallModel { get; set; }

    [NotYet]
    [Description("The model that looks at images when the chosen one cannot, as provider/model.")]
    public string? VisionModel { get; set; }

    [Description("Names for models or for sets of them: \"provider/model\", or {\"default\": \"provider/model\", \"models\": […]}.")]
    public IReadOnlyDictionary<string, JsonElement> ModelGroups { get; set; } = ImmutableDictionary<string, JsonElement>.Empty;

    [Description("Model providers by their id; they extend and override the built-in catalogue.")]
    public IReadOnlyDictionary<string, ProviderConfig> Provider { get; set; } = ImmutableDictionary<string, ProviderConfig>.Empty;

    [Description("How often and how long a failed request is tried again.")]
    public RetryConfig Retry { get; set; } = new();

    [Description("When it is not empty, only these providers are used.")]
    public ImmutableArray<string> EnabledProviders { get; set; } = [];

    [Description("These providers are not used.")]
    public ImmutableArray<string> DisabledProviders { get; set; } = [];

    [Description("Agents by their name: changes of the built-in ones, and new ones.")]
    public IReadOnlyDictionary<string, AgentConfig> Agent { get; set; } = ImmutableDictionary<string, AgentConfig>.Empty;

    [Description("The agent that a new session starts with.")]
    public string DefaultAgent { get; set; } = "build";

    [OwnOnly]
    [Description("What may be spent per step, turn, session and goal; nothing is limited unless it is written here.")]
    public BudgetConfig Budget { get; set; } = new();

    [Description("Slash commands by their name.")]
    public IReadOnlyDictionary<string, CommandConfig> Command { get; set; } = ImmutableDictionary<string, CommandConfig>.Empty;

    [Description("What may be done without asking. In one list the last rule that fits decides.")]
    public PermissionConfig Permission { get; set; } = PermissionConfig.Empty;

    [NotYet]
    [Description("How models call tools.")]
    public ToolConfig Tool { get; set; } = new();

    [NotYet]
    [Description("MCP servers by their name.")]
    public IReadOnlyDictionary<string, McpServerConfig> Mcp { get; set; } = ImmutableDictionary<string, McpServerConfig>.Empty;

    [NotYet]
    [Description("Plugins: names or paths, or pairs of these and options.")]
    public ImmutableArray<JsonElement> Plugin { get; set; } = [];

    [Description("Where else skills are found.")]
    public SkillsConfig Skills { get; set; } = new();

    [NotYet]
    [Description("How the compose agent keeps its documents.")]
    public ComposeConfig Compose { get; set; } = new();

    [Description("More instruction files: paths and globs, relative to the project or to the home folder (~/).")]
    public ImmutableArray<string> Instructions { get; set; } = [];

    [NotYet]
    [JsonSchema("""{"type":["boolean","object"]}""")]
    [Description("Language servers: false for none, or entries by their id.")]
    public JsonElement? Lsp { get; set; }

    [NotYet]
    [JsonSchema("""{"type":["boolean","object"]}""")]
    [Description("Formatters that run after an edit: false for none, or entries by their id.")]
    public JsonElement? Formatter { get; set; }

    [NotYet]
    [OwnOnly]
    [Description("Whether sessions may be shared.")]
    public ShareMode Share { get; set; } = ShareMode.Manual;

    [NotYet]
    [OwnOnly]
    [JsonSchema("""{"enum":[true,false,"notify"]}""")]
    [Description("Whether new versions are installed: true, false or \"notify\".")]
    public JsonElement? Autoupdate { get; set; }

    [NotYet]
    [Description("Keep snapshots of what shell commands change, for undo.")]
    public bool Snapshot { get; set; } = true;

    [NotYet]
    [Description("What the file watcher leaves out.")]
    public WatcherConfig Watcher { get; set; } = new();

    [Description("How you are called in exports; the name of your account otherwise.")]
    public string? Username { get; set; }

    [NotYet]
    [OwnOnly]
    [Description("A hosted installation for sharing.")]
    public EnterpriseConfig Enterprise { get; set; } = new();

    [NotYet]
    [Description("How a full window is made to fit when there is no checkpoint.")]
    public CompactionConfig Compaction { get; set; } = new();

    [NotYet]
    [Description("When checkpoints are written, and how much each section may hold.")]
    public CheckpointConfig Checkpoint { get; set; } = new();

    [NotYet]
    [Description("The project's memory.")]
    public MemoryConfig Memory { get; set; } = new();

    [NotYet]
    [Description("What the search over past sessions sees.")]
    public HistoryConfig History { get; set; } = new();

    [Description("Background tidying of memory.")]
    public DreamConfig Dream { get; set; } = new();

    [Description("Background distilling of habits into skills.")]
    public DistillConfig Distill { get; set; } = new();

    [NotYet]
    [Description("Voice input.")]
    public VoiceConfig Voice { get; set; } = new();

    [NotYet]
    [Description("Limits of workflow scripts.")]
    public WorkflowConfig Workflow { get; set; } = new();

    [NotYet]
    [OwnOnly]
    [JsonPropertyName("llmServer")]
    [Description("Tokens of the local model server.")]
    public LlmServerConfig LlmServer { get; set; } = new();

    [Description("Things that may still change.")]
    public ExperimentalConfig Experimental { get; set; } = new();

    [OwnOnly]
    [Description("The shell that runs commands; bash otherwise.")]
    public string? Shell { get; set; }

    [Description("How deep subagents may start subagents.")]
    public int SubagentDepth { get; set; } = 1;

    [Description("How many subagents of one project work at the same time.")]
    public int SubagentParallel { get; set; } = 8;

    [Description("How much of a tool's output goes to the model; the rest is kept in a file.")]
    public ToolOutputConfig ToolOutput { get; set; } = new();
}

/// <summary>What goes into the log file.</summary>
public enum LogLevel
{
    [JsonStringEnumMemberName("DEBUG")] Debug,
    [JsonStringEnumMemberName("INFO")] Info,
    [JsonStringEnumMemberName("WARN")] Warn,
    [JsonStringEnumMemberName("ERROR")] Error,
}

/// <summary>Whether sessions may be shared.</summary>
public enum ShareMode
{
    [JsonStringEnumMemberName("manual")] Manual,
    [JsonStringEnumMemberName("auto")] Auto,
    [JsonStringEnumMemberName("disabled")] Disabled,
}
