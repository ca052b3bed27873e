using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Sessions;

/// <summary>Copies messages into another session under new ids; what refers to an earlier message refers to its copy.</summary>
internal sealed class SessionCopy(string sessionId, TimeProvider clock)
{
    private readonly Dictionary<string, string> copies = [];

    public MessageWithParts Of(MessageWithParts original)
    {
        var id = copies[original.Info.Id] = Ids.Message(clock);
        Message info = original.Info switch
        {
            AssistantMessage reply => reply with { Id = id, SessionId = sessionId, ParentId = copies.GetValueOrDefault(reply.ParentId, reply.ParentId) },
            var other => other with { Id = id, SessionId = sessionId },
        };
        return new MessageWithParts(info, [.. original.Parts.Select(part => part with
        {
            Id = Ids.Part(clock),
            SessionId = sessionId,
            MessageId = id,
        })]);
    }
}
