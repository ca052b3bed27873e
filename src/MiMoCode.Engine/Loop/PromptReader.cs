using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Loop;

/// <summary>Who answers when neither the prompt nor its session says so.</summary>
internal delegate ValueTask<(string Agent, ModelRef Model)> AnswererChoice(SessionInfo session, CancellationToken cancellationToken);

/// <summary>Why a file may not go with a prompt to an agent; null when it may.</summary>
internal delegate string? AttachmentRefusal(SessionInfo session, string agent, string path);

/// <summary>Makes the user message of a prompt. What the prompt leaves open, the session's last message decides.</summary>
internal sealed class PromptReader(SessionStore store, AnswererChoice choose, TimeProvider clock, AttachmentRefusal? refuse = null)
{
    public async ValueTask<MessageWithParts> ReadAsync(string sessionId, PromptRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (request.Parts is [])
            throw new UserException("The prompt is empty.");
        var session = store.Find(sessionId) ?? throw UserException.NotFound("session", sessionId);
        var (agent, model) = await AnswererAsync(request, session, cancellationToken);
        var info = new UserMessage
        {
            Id = request.MessageId ?? Ids.Message(clock),
            SessionId = sessionId,
            Time = new MessageTime(clock.GetUtcNow()),
            Agent = agent,
            Model = request.Variant is null ? model : model with { Variant = request.Variant },
            Format = request.Format,
            System = request.System,
            Tools = request.Tools,
        };
        ImmutableArray<Part> parts = [.. request.Parts.Select(part => PartOf(part, info)).SelectMany(part => part is FilePart file ? AttachedFile.Read(file, () => Ids.Part(clock), path => refuse?.Invoke(session, agent, path)) : [part])];
        return new MessageWithParts(info, parts);
    }

    private async ValueTask<(string Agent, ModelRef Model)> AnswererAsync(
        PromptRequest request, SessionInfo session, CancellationToken cancellationToken)
    {
        var agent = request.Agent ?? session.Agent;
        var model = request.Model ?? (session.Model is { } last ? new ModelRef(last.ProviderId, last.Id, last.Variant) : null);
        if (agent is not null && model is not null)
            return (agent, model);
        var chosen = await choose(session, cancellationToken);
        return (agent ?? chosen.Agent, model ?? chosen.Model);
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
