using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Configuration;

#pragma warning disable CS1591 // The descriptions are the documentation.

/// <summary>How the server listens.</summary>
public sealed record ServerConfig
{
    [Description("The port; 0 lets the system choose.")]
    public int Port { get; set; }

    [Description("The address to listen on.")]
    public string Hostname { get; set; } = "127.0.0.1";

    [Description("Announce the server in the local network (needs a password).")]
    public bool Mdns { get; set; }

    [JsonPropertyName("mdnsDomain")]
    [Description("The name to announce, ending in .local; mimocode.local unless set.")]
    public string? MdnsDomain { get; set; }

    [Description("More web origins that may talk to it.")]
    public ImmutableArray<string> Cors { get; set; } = [];
}

/// <summary>How models call tools.</summary>
public sealed record ToolConfig
{
    [Description("json or shell.")]
    public string InvocationStyle { get; set; } = "json";

    [Description("The same, tool by tool.")]
    public IReadOnlyDictionary<string, string> InvocationStyleByTool { get; set; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>An MCP server: local with a command, or remote with a URL.</summary>
public sealed record McpServerConfig
{
    [Description("local or remote.")]
    public string? Type { get; set; }

    [Description("The program and its arguments.")]
    public ImmutableArray<string> Command { get; set; } = [];

    [Description("Environment variables of the program.")]
    public IReadOnlyDictionary<string, string> Environment { get; set; } = ImmutableDictionary<string, string>.Empty;

    [Description("The same as environment.")]
    public IReadOnlyDictionary<string, string> Env { get; set; } = ImmutableDictionary<string, string>.Empty;

    [Description("The address of a remote server.")]
    public string? Url { get; set; }

    [Description("More request headers.")]
    public IReadOnlyDictionary<string, string> Headers { get; set; } = ImmutableDictionary<string, string>.Empty;

    [JsonSchema("""{"anyOf":[{"const":false},{"type":"object"}]}""")]
    [Description("How to log in, or false to never try: clientId, clientSecret, scope, redirectUri.")]
    public JsonElement? Oauth { get; set; }

    [Description("Use it.")]
    public bool Enabled { get; set; } = true;

    [Description("Milliseconds that a call may take.")]
    public int? Timeout { get; set; }

    [Description("May it ask the model: deny, ask or allow.")]
    public string? Sampling { get; set; }
}

/// <summary>Where else skills are found.</summary>
public sealed record SkillsConfig
{
    [Description("Folders.")]
    public ImmutableArray<string> Paths { get; set; } = [];

    [NotYet]
    [Description("Web addresses of skill lists.")]
    public ImmutableArray<string> Urls { get; set; } = [];
}

/// <summary>How the compose agent keeps its documents.</summary>
public sealed record ComposeConfig
{
    [Description("Their folder.")]
    public string Docs { get; set; } = "docs/compose";

    [Description("The folder is an absolute path.")]
    public bool DocsAbsolute { get; set; }
}

/// <summary>What the file watcher leaves out.</summary>
public sealed record WatcherConfig
{
    [Description("Globs.")]
    public ImmutableArray<string> Ignore { get; set; } = [];
}

/// <summary>A hosted installation.</summary>
public sealed record EnterpriseConfig
{
    [Description("Its address.")]
    public string? Url { get; set; }
}

/// <summary>How a full window is made to fit when there is no checkpoint.</summary>
public sealed record CompactionConfig
{
    [Description("Do it without being asked.")]
    public bool Auto { get; set; } = true;

    [Description("Take old tool outputs out first.")]
    public bool Prune { get; set; } = true;

    [Description("Turns that stay word for word.")]
    public int TailTurns { get; set; } = 2;

    [Description("Tokens that these turns may take.")]
    public int? PreserveRecentTokens { get; set; }

    [Description("Tokens kept free for the reply.")]
    public int? Reserved { get; set; }

    [JsonSchema("""{"type":["integer","string","object"]}""")]
    [Description("A smaller window: tokens, \"300K\", \"50%\", or such values by model. 0: none.")]
    public JsonElement? MaxContext { get; set; }
}

/// <summary>When checkpoints are written, and how much each section may hold.</summary>
public sealed record CheckpointConfig
{
    [Description("Places in the window at which one is written: \"20%\", 0.2, \"100K\" or 100000 tokens.")]
    public ImmutableArray<WindowMark> Thresholds { get; set; } = [new(0.20), new(0.45), new(0.70)];

    [Description("Tokens kept free for the writer.")]
    public int Reserved { get; set; } = 20_000;

    [Description("Failures of the writer after which it is left alone.")]
    public int MaxWriterFailures { get; set; } = 3;

    [Description("The writer shares the session's own prefix.")]
    public bool Fork { get; set; } = true;

    [Description("Tokens that each section may take in a rebuilt window.")]
    public PushCapsConfig PushCaps { get; set; } = new();

    [Description("Days after which finished tasks are put away.")]
    public int TaskArchiveDays { get; set; } = 7;

    [Description("Bring the memory index up to date before each search.")]
    public bool MemoryReconcileOnSearch { get; set; } = true;

    [Description("The least score of a memory search hit.")]
    public double MemorySearchScoreFloor { get; set; } = 0.15;
}

/// <summary>Tokens that each section may take in a rebuilt window.</summary>
public sealed record PushCapsConfig
{
    [Description("The list of tasks.")] public int TasksLedger { get; set; } = 2_000;
    [Description("The task in hand.")] public int FocusTask { get; set; } = 4_000;
    [Description("The list of subagents.")] public int ActorLedger { get; set; } = 500;
    [Description("Titles of memories.")] public int MemoryTitles { get; set; } = 500;
    [Description("Global memory.")] public int Global { get; set; } = 6_000;
    [Description("The checkpoint.")] public int Checkpoint { get; set; } = 11_000;
    [Description("Project memory.")] public int Memory { get; set; } = 10_000;
    [Description("Notes.")] public int Notes { get; set; } = 6_000;
    [Description("Design decisions.")] public int DesignDecisions { get; set; } = 3_000;
    [Description("Open notes.")] public int OpenNotes { get; set; } = 800;
    [Description("What the user said last.")] public int RecentUser { get; set; } = 16_000;
    [Description("One message of the user.")] public int RecentUserPerMsg { get; set; } = 2_000;
}

/// <summary>The project's memory.</summary>
public sealed record MemoryConfig
{
    [Description("Also index the memory files of Claude Code.")]
    public bool CcIndex { get; set; }

    [Description("Never write to it.")]
    public bool DisableWrite { get; set; }
}

/// <summary>What the search over past sessions sees.</summary>
public sealed record HistoryConfig
{
    [Description("user_text, assistant_text, tool_input, tool_error, reasoning, tool_output.")]
    public ImmutableArray<string> Kinds { get; set; } = ["user_text", "assistant_text", "tool_input", "tool_error", "tool_output"];
}

/// <summary>Background tidying of memory.</summary>
public sealed record DreamConfig
{
    [Description("Run it without being asked.")]
    public bool Auto { get; set; } = true;

    [Description("Days between two runs.")]
    public int IntervalDays { get; set; } = 7;
}

/// <summary>Background distilling of habits into skills.</summary>
public sealed record DistillConfig
{
    [Description("Run it without being asked.")]
    public bool Auto { get; set; } = true;

    [Description("Days between two runs.")]
    public int IntervalDays { get; set; } = 30;
}

/// <summary>Voice input.</summary>
public sealed record VoiceConfig
{
    [Description("The model that hears.")]
    public string? AsrModel { get; set; }

    [Description("The model that understands commands.")]
    public string? ControlModel { get; set; }
}

/// <summary>Limits of workflow scripts.</summary>
public sealed record WorkflowConfig
{
    [JsonPropertyName("maxConcurrentAgents")]
    [Description("Agents at the same time; 0: as many as the machine bears.")]
    public int MaxConcurrentAgents { get; set; }

    [JsonPropertyName("maxDepth")]
    [Description("Workflows inside workflows.")]
    public int MaxDepth { get; set; } = 8;

    [JsonPropertyName("maxLifecycleAgents")]
    [Description("Agents in all.")]
    public int MaxLifecycleAgents { get; set; } = 1_000;

    [JsonPropertyName("scriptDeadlineMs")]
    [Description("Milliseconds that a script may take.")]
    public long ScriptDeadlineMs { get; set; } = 43_200_000;
}

/// <summary>Tokens of the local model server.</summary>
public sealed record LlmServerConfig
{
    [Description("How long a token lives after its last use.")]
    public string? Ttl { get; set; }

    [JsonPropertyName("maxAge")]
    [Description("How long a token lives in all.")]
    public string? MaxAge { get; set; }
}

/// <summary>How much of a tool's output goes to the model.</summary>
public sealed record ToolOutputConfig
{
    [Description("Lines.")]
    public int MaxLines { get; set; } = 2_000;

    [Description("Bytes.")]
    public int MaxBytes { get; set; } = 50 * 1024;
}

/// <summary>Things that may still change.</summary>
public sealed record ExperimentalConfig
{
    [NotYet]
    [Description("Show pasted text in full.")]
    public bool DisablePasteSummary { get; set; }

    [NotYet]
    [Description("Offer a tool that runs several others at once.")]
    public bool BatchTool { get; set; }

    [NotYet]
    [OwnOnly]
    [JsonPropertyName("openTelemetry")]
    [Description("Send traces to the endpoint that the environment names.")]
    public bool OpenTelemetry { get; set; }

    [NotYet]
    [Description("Tools for primary agents only.")]
    public ImmutableArray<string> PrimaryTools { get; set; } = [];

    [Description("Go on after a refused permission instead of stopping.")]
    public bool ContinueLoopOnDeny { get; set; }

    [NotYet]
    [Description("When an agent that turns in circles is stopped.")]
    public JsonElement? TryBest { get; set; }

    [NotYet]
    [Description("Milliseconds that an MCP call may take.")]
    public int? McpTimeout { get; set; }

    [NotYet]
    [Description("Suggest the next prompt.")]
    public bool PredictNextPrompt { get; set; } = true;

    [JsonPropertyName("maxMode")]
    [JsonSchema("""{"anyOf":[{"type":"boolean"},{"type":"object"}]}""")]
    [Description("Ask the model several times and take the best: true, or {\"candidates\": 5}.")]
    public JsonElement? MaxMode { get; set; }
}
