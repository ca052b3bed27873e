using System.Text.Json;

namespace MiMoCode.Protocol.Messages;

/// <summary>A tool as a model sees it: its name, what it is for, and the JSON Schema of its arguments.</summary>
public sealed record ToolDefinition(string Name, string Description, JsonElement InputSchema);
