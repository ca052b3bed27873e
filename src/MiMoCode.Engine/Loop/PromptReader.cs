using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Loop;

/// <summary>Makes the user message of a prompt. What the prompt leaves open, the session's last message decides.</summary>
internal sealed class PromptReader(SessionStore store, TimeProvider clock)
{
    private const string DefaultAgent = "build";

    public ValueTask<MessageWithParts> ReadAsync(string sessionId, PromptRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (request.Parts is [])
            throw new UserException("The prompt is empty.");
        var session = store.Find(sessionId) ?? throw UserException.NotFound("session", sessionId);
        var info = new UserMessage
        {
            Id = request.MessageId ?? Ids.Message(clock),
            SessionId = sessionId,
            Time = new MessageTime(clock.GetUtcNow()),
            Agent = request.Agent ?? session.Agent ?? DefaultAgent,
            Model = ModelOf(request, session),
            Format = request.Format,
            System = request.System,
            Tools = request.Tools,
        };
        ImmutableArray<Part> parts = [.. request.Parts.Select(part => PartOf(part, info))];
        return new(new MessageWithParts(info, parts));
    }

    private static ModelRef ModelOf(PromptRequest request, SessionInfo session)
    {
        var model = request.Model
            ?? (session.Model is { } last ? new ModelRef(last.ProviderId, last.Id, last.Variant) : null)
            ?? throw new UserException("The prompt names no model, and the session has none yet.");
        return request.Variant is null ? model : model with { Variant = request.Variant };
    }

    private Part PartOf(PromptPart part, UserMessage info)
    {
        var id = part.Id ?? Ids.Part(clock);
        return part switch
        {
            PromptText text => new TextPart(text.Text, text.Synthetic, text.Ignored) { Id = id, SessionId = info.SessionId, MessageId = info.Id },
            PromptFile file => new FilePart(file.Mime, file.Url, file.Filename, file.Source)
            {
                Id = id, SessionId = info.SessionId, MessageId = info.Id,
            },
            PromptAgent agent => new AgentPart(agent.Name, agent.Source) { Id = id, SessionId = info.SessionId, MessageId = info.Id },
            PromptSubtask task => new SubtaskPart(task.Prompt, task.Description, task.Agent, task.Model, task.Command)
            {
                Id = id, SessionId = info.SessionId, MessageId = info.Id,
            },
            _ => throw new UserException($"A prompt cannot hold a {part.GetType().Name}."),
        };
    }
}
