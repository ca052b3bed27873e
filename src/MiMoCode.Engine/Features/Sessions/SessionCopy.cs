using System.Collections.Immutable;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Sessions;

/// <summary>Copies messages into another session under new ids; what refers to an earlier message refers to its copy.</summary>
internal sealed class SessionCopy(string sessionId, TimeProvider clock)
{
    private readonly Dictionary<string, string> copies = [];

    /// <summary>The messages that were copied, each with its copy.</summary>
    public IReadOnlyDictionary<string, string> Copies => copies;

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

    /// <summary>What happened to tasks as far as the messages were copied. The subagents of the session are not those of its copy.</summary>
    public ImmutableArray<TaskChange>? Of(ImmutableArray<TaskChange>? tasks) => tasks is not { } changes ? null :
    [
        .. from change in changes
           where change.Kind is not TaskChangeKind.Owned && (change.After is null || copies.ContainsKey(change.After))
           select change with { After = change.After is null ? null : copies[change.After] },
    ];
}
