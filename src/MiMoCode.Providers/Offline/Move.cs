using System.Text.Json;

namespace MiMoCode.Providers.Offline;

/// <summary>A move of a plan: something said, or a tool call whose outcome the plan goes on from.</summary>
internal abstract record Move;

/// <summary>Something for people to read.</summary>
internal sealed record Say(string Text) : Move;

/// <summary>A tool call. The outcome is there once the plan is asked to go on.</summary>
internal sealed record Act(string Tool, JsonElement Input) : Move
{
    private Outcome? outcome;

    public Outcome Outcome
    {
        get => outcome ?? throw new InvalidOperationException("A plan may look at an outcome only after the call was made.");
        set => outcome = value;
    }

    public static Act Glob(string pattern) => new("glob", Json(("pattern", pattern)));

    public static Act Read(string path, int offset = 1) => new("read", Json(("filePath", path), ("offset", offset)));

    public static Act Edit(string path, string oldText, string newText) =>
        new("edit", Json(("filePath", path), ("oldString", oldText), ("newString", newText)));

    public static Act Bash(string command, string description, int timeoutMilliseconds) =>
        new("bash", Json(("command", command), ("description", description), ("timeout", timeoutMilliseconds)));

    /// <summary>Whether a call of the past is this one. Time limits are worked out from clocks, so they do not count.</summary>
    public bool Is(PastCall past) =>
        past.Tool == Tool && past.Input.ValueKind is JsonValueKind.Object
        && Input.EnumerateObject().All(own => own.NameEquals("timeout") || (past.Input.TryGetProperty(own.Name, out var value) && JsonElement.DeepEquals(value, own.Value)));

    private static JsonElement Json(params ReadOnlySpan<(string Name, object Value)> members)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members)
            {
                if (value is int number)
                    writer.WriteNumber(name, number);
                else
                    writer.WriteString(name, (string)value);
            }

            writer.WriteEndObject();
        }

        var reader = new Utf8JsonReader(bytes.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }
}
