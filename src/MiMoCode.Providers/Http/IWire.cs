using System.Text.Json;

namespace MiMoCode.Providers.Http;

/// <summary>A wire format: how a request is written and how its reply is read. One per endpoint; keeps the bytes of messages it has seen.</summary>
internal interface IWire
{
    /// <summary>The path below the endpoint's base address.</summary>
    string Path { get; }

    /// <summary>Puts the key, if there is one, and the wire's own headers where they belong.</summary>
    void Prepare(HttpRequestMessage message, string? key, ModelRequest request);

    /// <summary>The body of a request; equal requests have equal bytes.</summary>
    BodyContent Write(ModelRequest request);

    /// <summary>A reader for the reply to this request.</summary>
    IReplyReader Read(ModelRequest request);
}

/// <summary>Reads one reply. Throws <see cref="JsonException"/> for what is not of its wire at all; tolerates what it does not know.</summary>
internal interface IReplyReader
{
    /// <summary>One frame of a stream. True when it meant something: such frames keep a stream alive, others do not.</summary>
    bool ReadFrame(ReadOnlySpan<byte> frame, ReplyEvents events);

    /// <summary>A reply in one piece.</summary>
    void ReadWhole(JsonElement reply, ReplyEvents events);

    /// <summary>True when nothing more is to come, whether or not the connection stays open.</summary>
    bool IsComplete { get; }

    /// <summary>True when the reason to stop has come: only counts may follow, and a break no longer hurts.</summary>
    bool IsFinished { get; }

    /// <summary>Closes what is open, tells whole tool calls, and says how the reply ended.</summary>
    ReplyEnd End(ReplyEvents events);

    /// <summary>What was counted so far, also when the reply broke off.</summary>
    Protocol.Messages.TokenUsage Usage { get; }
}

/// <summary>How a reply ended.</summary>
internal sealed record ReplyEnd(Protocol.Messages.StopReason Reason, ProviderFailure? Failure = null)
{
    public static ReplyEnd CutOff { get; } = new(
        Protocol.Messages.StopReason.Failed,
        new ProviderFailure(FailureKind.Stream, "The reply broke off before its end."));
}
