using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiMoCode.TestKit.ModelServer;

/// <summary>Replies in order; those with <see cref="Reply.When"/> wait for the request they belong to.</summary>
internal sealed class Script(IEnumerable<Reply> replies)
{
    private readonly List<Reply> _left = [.. replies];

    /// <summary>How many replies were not used up.</summary>
    public int Left
    {
        get { lock (_left) { return _left.Count(reply => !reply.Repeat); } }
    }

    /// <summary>The reply to a request, or a 500 that says the script is at its end.</summary>
    public Reply Answer(ReceivedRequest request)
    {
        lock (_left)
        {
            var next = _left.FindIndex(reply => reply.When is { } words && request.Text.Contains(words, StringComparison.Ordinal));
            next = next >= 0 ? next : _left.FindIndex(reply => reply.When is null);
            if (next < 0) { return Reply.Refuse(500, $$$"""{"error":{"message":"the script has no reply for request {{{request.Number}}}"}}"""); }
            var found = _left[next];
            if (!found.Repeat) { _left.RemoveAt(next); }
            return found;
        }
    }

    /// <summary>Reads a <c>*.replies.json</c>: an array of replies, arguments as JSON objects or as raw strings.</summary>
    public static Script Read(string path) =>
        new(JsonSerializer.Deserialize<FileReply[]>(File.ReadAllBytes(path), FileOptions)!.Select(reply => reply.ToReply()));

    private static readonly JsonSerializerOptions FileOptions = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter() },
    };

    private sealed record FileReply(string? Text, string? Reasoning, FileCall[]? ToolCalls, Usage? Usage, string? Finish, ToolCallStyle Style,
        int? FragmentSize, string? When, bool Repeat, int? Status, Dictionary<string, string>? Headers, string? Body, int? CutAfter, int? ResetAfter, int? SplitEvery)
    {
        public Reply ToReply() => new()
        {
            Text = Text,
            Reasoning = Reasoning,
            ToolCalls = [.. (ToolCalls ?? []).Select(call => call.ToCall())],
            Usage = Usage ?? new Usage(),
            Finish = Finish,
            Style = Style,
            FragmentSize = FragmentSize ?? 16,
            When = When,
            Repeat = Repeat,
            Delivery = Delivery(),
        };

        private Delivery Delivery() => this switch
        {
            { Status: { } status } => new Refusal(status, Body ?? "") { Headers = [.. (Headers ?? []).Select(header => (header.Key, header.Value))] },
            { CutAfter: { } bytes } => new CutAfter(bytes),
            { ResetAfter: { } bytes } => new ResetAfter(bytes),
            { SplitEvery: { } bytes } => new SplitEvery(bytes),
            _ => new Plainly(),
        };
    }

    private sealed record FileCall(string Name, JsonElement Arguments, string? Id)
    {
        public ToolCall ToCall() =>
            new(Name, Arguments.ValueKind == JsonValueKind.String ? Arguments.GetString()! : Arguments.GetRawText(), Id);
    }
}
