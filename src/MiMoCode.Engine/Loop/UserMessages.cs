using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Loop;

/// <summary>Builds user messages that no person wrote.</summary>
internal static class UserMessages
{
    /// <summary>A text that goes on with the running turn: it keeps the agent and the model of the prompt before it.</summary>
    public static MessageWithParts Synthetic(Session session, string text, TimeProvider clock) =>
        Create(session.Id, session.Turn.Agent, session.Turn.Model.Ref with { Variant = session.Turn.Variant }, text, synthetic: true, clock);

    /// <summary>Nobody said it: it goes on with what was said before.</summary>
    public static bool IsSynthetic(MessageWithParts message) => message.Parts.All(part => part is TextPart { Synthetic: true });

    public static MessageWithParts Create(
        string sessionId, string agent, ModelRef model, string text, bool synthetic, TimeProvider clock)
    {
        var info = new UserMessage
        {
            Id = Ids.Message(clock),
            SessionId = sessionId,
            Time = new MessageTime(clock.GetUtcNow()),
            Agent = agent,
            Model = model,
        };
        var part = new TextPart(text, synthetic ? true : null) { Id = Ids.Part(clock), SessionId = sessionId, MessageId = info.Id };
        return new MessageWithParts(info, [part]);
    }
}
