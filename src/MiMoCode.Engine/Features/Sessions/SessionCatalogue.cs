using System.Collections.Immutable;
using System.Globalization;
using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Engine.Foundation.Projects;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Sessions;

/// <summary>The sessions of a project: found, made, changed, copied, deleted.</summary>
internal sealed class SessionCatalogue(
    SessionStore store, ITalk talk, EventBus bus, Project project, string directory, string version,
    Func<ForkedSession, CancellationToken, Task> takeAlong, TimeProvider clock) : ISessions
{
    public Task<ImmutableArray<SessionInfo>> ListAsync(SessionQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(store.List(query, project.Id));

    public Task<SessionInfo> GetAsync(string id, CancellationToken cancellationToken) => Task.FromResult(Find(id));

    public async Task<SessionInfo> CreateAsync(CreateSession request, CancellationToken cancellationToken)
    {
        var parent = request.ParentId is null ? null : Find(request.ParentId);
        var info = New(request.Title) with
        {
            ParentId = parent?.Id,
            Permission = request.Permission,
            Agent = request.Agent,
            Model = request.Model,
            Metadata = request.Metadata,
        };
        await store.CreateAsync(info, parent is null ? SessionKind.User : SessionKind.Subagent, Tell);
        return info;
    }

    public async Task<SessionInfo> UpdateAsync(string id, UpdateSession request, CancellationToken cancellationToken)
    {
        var told = await store.ChangeAsync(
            id,
            info => info with
            {
                Title = request.Title ?? info.Title,
                Permission = request.Permission ?? info.Permission,
                Time = info.Time with
                {
                    Updated = clock.GetUtcNow(),
                    Archived = request.Time is null ? info.Time.Archived : request.Time.Archived,
                },
            },
            [], whenStored: Tell);
        return ((SessionUpdated)told[^1].Event).Info;
    }

    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        Find(id);
        await talk.AbortAsync(id, cancellationToken);
        await store.DeleteAsync(id, Tell);
    }

    public async Task<SessionInfo> ForkAsync(string id, string? messageId, CancellationToken cancellationToken)
    {
        var source = store.Export(id);
        if (messageId is not null && source.Messages.All(message => message.Info.Id != messageId))
            throw UserException.NotFound("message", messageId);

        var info = New($"{source.Info.Title} (copy)") with { Agent = source.Info.Agent, Model = source.Info.Model };
        var copy = new SessionCopy(info.Id, clock);
        var messages = source.Messages.TakeWhile(message => message.Info.Id != messageId).Select(copy.Of).ToImmutableArray();
        await store.ImportAsync(new SessionExport(info, messages, copy.Of(source.Tasks)), Tell);
        await takeAlong(new ForkedSession(id, info.Id, copy.Copies, [.. source.Messages.Skip(messages.Length)]), cancellationToken);
        return info;
    }

    public Task<ImmutableArray<SessionInfo>> ChildrenAsync(string id, CancellationToken cancellationToken)
    {
        Find(id);
        return Task.FromResult(store.Children(id));
    }

    public Task<MessagePage> MessagesAsync(string id, int? limit, string? before, CancellationToken cancellationToken)
    {
        Find(id);
        return Task.FromResult(store.Page(id, limit, before));
    }

    public Task<MessageWithParts> MessageAsync(string id, string messageId, CancellationToken cancellationToken)
    {
        Find(id);
        return Task.FromResult(store.FindMessage(id, messageId) ?? throw UserException.NotFound("message", messageId));
    }

    public async Task<Part> UpdatePartAsync(string id, Part part, CancellationToken cancellationToken)
    {
        var message = await MessageAsync(id, part.MessageId, cancellationToken);
        var old = message.Parts.FirstOrDefault(each => each.Id == part.Id) ?? throw UserException.NotFound("part", part.Id);
        if (old.GetType() != part.GetType())
            throw new UserException("A part can be replaced only by one of its kind.");
        await RequireIdleAsync(id, cancellationToken);
        await store.StoreAsync(id, new PartUpdated(part, clock.GetUtcNow()) { SessionId = id }, Durability.Committed, whenStored: Tell);
        return part;
    }

    public async Task RemoveAsync(string id, string messageId, string? partId, CancellationToken cancellationToken)
    {
        var message = await MessageAsync(id, messageId, cancellationToken);
        if (partId is not null && message.Parts.All(part => part.Id != partId))
            throw UserException.NotFound("part", partId);
        await RequireIdleAsync(id, cancellationToken);
        Event removed = partId is null
            ? new MessageRemoved(messageId) { SessionId = id }
            : new PartRemoved(messageId, partId) { SessionId = id };
        await store.StoreAsync(id, removed, Durability.Committed, whenStored: Tell);
    }

    public Task<ImmutableArray<Todo>> TodosAsync(string id, CancellationToken cancellationToken)
    {
        Find(id);
        return Task.FromResult(store.Todos(id));
    }

    public async Task<SessionInfo> ImportAsync(SessionExport export, CancellationToken cancellationToken)
    {
        // It comes to the project and the folder that it is imported in; where it was made means nothing here.
        var here = export with { Info = export.Info with { ProjectId = project.Id, Directory = directory } };
        await store.ImportAsync(here, Tell);
        return here.Info;
    }

    private async Task RequireIdleAsync(string id, CancellationToken cancellationToken)
    {
        if ((await talk.StatusAsync(cancellationToken)).ContainsKey(id))
            throw new UserException("The session is working; stop it before changing what was said in it.", httpStatus: 409);
    }

    private void Tell(NumberedEvent fact) => bus.Publish(fact.Number, fact.Event);

    private SessionInfo Find(string id) => store.Find(id) ?? throw UserException.NotFound("session", id);

    private SessionInfo New(string? title)
    {
        var now = clock.GetUtcNow();
        return new SessionInfo
        {
            Id = Ids.Session(clock),
            Slug = Slug.New(),
            ProjectId = project.Id,
            Directory = directory,
            Title = title ?? string.Create(CultureInfo.InvariantCulture, $"New session - {now:yyyy-MM-ddTHH:mm:ss.fffZ}"),
            Version = version,
            Time = new SessionTime(now, now),
        };
    }
}

/// <summary>A session that was copied up to a point.</summary>
/// <param name="SourceId">The session.</param>
/// <param name="CopyId">Its copy.</param>
/// <param name="Copies">The messages that were copied, each with its copy.</param>
/// <param name="Left">The messages from the point on, which were not.</param>
internal sealed record ForkedSession(string SourceId, string CopyId, IReadOnlyDictionary<string, string> Copies, ImmutableArray<MessageWithParts> Left);
