using System.Text.Json;

namespace MiMoCode.TestKit.ModelServer;

/// <summary>What the scripted model says once, in no wire's words. A wire turns it into bytes, a delivery sends them.</summary>
internal sealed record Reply
{
    /// <summary>The visible text, or null for none.</summary>
    public string? Text { get; init; }

    /// <summary>The thinking that comes before the text, or null for none.</summary>
    public string? Reasoning { get; init; }

    /// <summary>Chat Completions only: the field that carries the thinking; servers disagree about its name.</summary>
    public string ReasoningField { get; init; } = "reasoning_content";

    /// <summary>The tool calls, in order.</summary>
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    /// <summary>How the tool calls are cut into fragments while streaming.</summary>
    public ToolCallStyle Style { get; init; }

    /// <summary>The tokens to report; null leaves usage out altogether.</summary>
    public Usage? Usage { get; init; } = new();

    /// <summary>stop, length, tool_calls, content_filter, or any other word, which is sent as it is; null derives it.</summary>
    public string? Finish { get; init; }

    /// <summary>Characters per streamed fragment of text, thinking and arguments.</summary>
    public int FragmentSize { get; init; } = 16;

    /// <summary>How the bytes travel, and what goes wrong on the way.</summary>
    public Delivery Delivery { get; init; } = new Plainly();

    /// <summary>Only for a request whose body contains this; such a reply waits for its request, out of order.</summary>
    public string? When { get; init; }

    /// <summary>Never used up.</summary>
    public bool Repeat { get; init; }

    /// <summary>The finish reason in the words of Chat Completions.</summary>
    public string FinishReason => Finish ?? (ToolCalls.Count > 0 ? "tool_calls" : "stop");

    /// <summary>A reply that only says something.</summary>
    public static Reply Say(string text) => new() { Text = text };

    /// <summary>A reply that calls one tool; the arguments are an anonymous object or a string of JSON.</summary>
    public static Reply Call(string tool, object arguments) => new() { ToolCalls = [ToolCall.Of(tool, arguments)] };

    /// <summary>A refusal with an HTTP status and a body, sent instead of an answer.</summary>
    public static Reply Refuse(int status, string body, params (string Name, string Value)[] headers) =>
        new() { Delivery = new Refusal(status, body) { Headers = headers } };
}

/// <summary>One call. The arguments are raw text, so that they can be broken on purpose; a null id is given by the server.</summary>
internal sealed record ToolCall(string Name, string Arguments, string? Id = null)
{
    /// <summary>A call whose arguments are an anonymous object or already a string of JSON.</summary>
    public static ToolCall Of(string name, object arguments, string? id = null) =>
        new(name, arguments as string ?? JsonSerializer.Serialize(arguments), id);

    /// <summary>The same call with its arguments cut off after some characters.</summary>
    public ToolCall TruncatedTo(int length) => this with { Arguments = Arguments[..length] };
}

/// <summary>Tokens of one reply. Input is the whole prompt, with what was read from the cache and written to it.</summary>
internal sealed record Usage(int Input = 10, int Output = 5, int Cached = 0, int CacheWrite = 0, int Reasoning = 0);

/// <summary>How tool calls are streamed. Servers do all of these.</summary>
[Flags]
internal enum ToolCallStyle
{
    /// <summary>A head with id and name, then fragments of the arguments, one call after the other.</summary>
    Fragments = 0,

    /// <summary>Each call in one piece.</summary>
    Whole = 1,

    /// <summary>Fragments of all calls in turn.</summary>
    Interleaved = 2,

    /// <summary>Chat Completions: no index on the calls.</summary>
    WithoutIndex = 4,

    /// <summary>Chat Completions: id and name are repeated in every fragment.</summary>
    RepeatedHead = 8,

    /// <summary>No id at all.</summary>
    WithoutId = 16,
}
