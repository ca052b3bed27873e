using System.Text.Json.Nodes;

namespace MiMoCode.TestKit.ModelServer;

/// <summary>What the wires share: cutting text, the order of tool-call fragments, framing.</summary>
internal static class Fragments
{
    /// <summary>Text in pieces of a size; surrogate pairs stay together because a JSON string cannot hold half of one.</summary>
    public static IEnumerable<string> Of(string text, int size)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = Math.Min(start + Math.Max(size, 1), text.Length);
            if (end < text.Length && char.IsHighSurrogate(text[end - 1])) { end++; }
            yield return text[start..end];
            start = end;
        }
    }

    /// <summary>The calls' fragments in the order of the style. Head is true for the first fragment of a call.</summary>
    public static IEnumerable<(int Call, bool Head, string Arguments)> OfCalls(Reply reply)
    {
        if (reply.Style.HasFlag(ToolCallStyle.Whole)) { return reply.ToolCalls.Select((call, at) => (at, true, call.Arguments)); }
        var perCall = reply.ToolCalls.Select((call, at) => Of(call.Arguments, reply.FragmentSize).Select(piece => (at, false, piece)).Prepend((at, true, "")));
        return reply.Style.HasFlag(ToolCallStyle.Interleaved)
            ? perCall.SelectMany(pieces => pieces.Select((piece, turn) => (piece, turn))).OrderBy(piece => piece.turn).Select(piece => piece.piece)
            : perCall.SelectMany(pieces => pieces);
    }

    /// <summary>The id of a call: its own, or one that is unique within the server; null when the style leaves ids out.</summary>
    public static string? Id(Reply reply, ReceivedRequest request, int call) =>
        reply.Style.HasFlag(ToolCallStyle.WithoutId) ? null : reply.ToolCalls[call].Id ?? $"call_{request.Number}_{call + 1}";

    /// <summary>A server-sent event; without a name only its data.</summary>
    public static string Frame(JsonObject payload, string? name = null) =>
        name is null ? $"data: {payload.ToJsonString()}\n\n" : $"event: {name}\ndata: {payload.ToJsonString()}\n\n";
}
