using System.Text;
using System.Text.Json.Nodes;

namespace MiMoCode.TestKit.ModelServer;

/// <summary>The bytes of a reply, ready to travel: the frames of a stream, or one body.</summary>
internal sealed record Answer(string ContentType, IReadOnlyList<byte[]> Frames, IWire Wire)
{
    /// <summary>All bytes in a row.</summary>
    public byte[] Bytes => [.. Frames.SelectMany(frame => frame)];

    /// <summary>What the wire makes of a reply to a request.</summary>
    public static Answer To(ReceivedRequest request, Reply reply)
    {
        var wire = request.Wire!;
        return request.Streams
            ? new Answer("text/event-stream; charset=utf-8", [.. wire.Stream(reply, request).Select(Encoding.UTF8.GetBytes)], wire)
            : new Answer("application/json", [Encoding.UTF8.GetBytes(wire.Whole(reply, request).ToJsonString())], wire);
    }
}

/// <summary>One dialect: how a reply is written and how a request is read.</summary>
internal interface IWire
{
    /// <summary>The end of the path that speaks it.</summary>
    string Path { get; }

    /// <summary>The reply as server-sent events, each with its closing blank line.</summary>
    IEnumerable<string> Stream(Reply reply, ReceivedRequest request);

    /// <summary>The reply as one JSON body.</summary>
    JsonObject Whole(Reply reply, ReceivedRequest request);

    /// <summary>An error in the middle of a stream.</summary>
    string ErrorFrame(string type, string message);

    /// <summary>The conversation of a request.</summary>
    IEnumerable<Said> Read(System.Text.Json.JsonElement body);
}
