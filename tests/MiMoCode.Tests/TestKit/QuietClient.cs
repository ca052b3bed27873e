using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.TestKit;

/// <summary>An engine in which nothing happens by itself: it answers what a door asks and keeps what it was told. Events come from the test.</summary>
internal sealed class QuietClient : IMimoClient, ISessions, ITalk, IAsks, ICatalogue, IChanges
{
    public static readonly ModelRef Model = new("test", "scripted");

    public ISessions Sessions => this;

    public ITalk Talk => this;

    public IAsks Asks => this;

    public ICatalogue Catalogue => this;

    IFiles IMimoClient.Files => throw new NotSupportedException();

    ISetUp IMimoClient.SetUp => throw new NotSupportedException();

    public IChanges Changes => this;

    /// <summary>What becomes of files when something is taken back.</summary>
    public ImmutableArray<RevertedFile> Reverted { get; set; } = [];

    /// <summary>What was to be taken back; null for what was brought back.</summary>
    public List<RevertRequest?> Reverts { get; } = [];

    /// <summary>Commands that expand to prompts.</summary>
    public ImmutableArray<CommandSummary> Commands { get; set; } = [];

    /// <summary>Commands that came in.</summary>
    public List<CommandRequest> Expanded { get; } = [];

    /// <summary>The sessions there are, with their messages.</summary>
    public Dictionary<string, (SessionInfo Info, ImmutableArray<MessageWithParts> Messages)> Stored { get; } = [];

    /// <summary>Prompts that came in.</summary>
    public List<(string SessionId, PromptRequest Request)> Prompts { get; } = [];

    /// <summary>Command lines that came in.</summary>
    public List<ShellRequest> Lines { get; } = [];

    /// <summary>Answers to permission requests.</summary>
    public List<(string RequestId, PermissionReply Reply)> Replies { get; } = [];

    /// <summary>Answers to questions; none for a refusal.</summary>
    public List<(string RequestId, ImmutableArray<ImmutableArray<string>>? Answers)> Answers { get; } = [];

    /// <summary>Sessions that were stopped.</summary>
    public List<string> Aborted { get; } = [];

    /// <summary>Files of the project.</summary>
    public ImmutableArray<string> Files { get; set; } = [];

    /// <summary>A prompt waits behind a running turn.</summary>
    public bool Busy { get; set; }

    /// <summary>Not null: what commands answer at once.</summary>
    public string? Said { get; set; }

    /// <summary>Where the project is.</summary>
    public ProjectPlace Place { get; set; } = new("/home/ada/engine", "/home/ada/engine", "main");

    /// <summary>Not null: prompts fail with these words.</summary>
    public string? Refusal { get; set; }

    public async IAsyncEnumerable<NumberedEvent> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield break;
    }

    public Task<ImmutableArray<SessionInfo>> ListAsync(SessionQuery query, CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<SessionInfo>>([.. Stored.Values.Select(stored => stored.Info)]);

    public Task<SessionInfo> GetAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(Stored.TryGetValue(id, out var found) ? found.Info : throw UserException.NotFound("session", id));

    public Task<SessionInfo> CreateAsync(CreateSession request, CancellationToken cancellationToken) => Task.FromResult(Add($"ses_{Stored.Count + 1}", request.Title ?? "A new session"));

    public Task<SessionInfo> UpdateAsync(string id, UpdateSession request, CancellationToken cancellationToken)
    {
        Stored[id] = (Stored[id].Info with { Title = request.Title! }, Stored[id].Messages);
        return Task.FromResult(Stored[id].Info);
    }

    public Task DeleteAsync(string id, CancellationToken cancellationToken) => Task.FromResult(Stored.Remove(id));

    public Task<MessageWithParts> MessageAsync(string id, string messageId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Part> UpdatePartAsync(string id, Part part, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RemoveAsync(string id, string messageId, string? partId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SessionInfo> ForkAsync(string id, string? messageId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<SessionInfo>> ChildrenAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Cursors are places in the list.</summary>
    public Task<MessagePage> MessagesAsync(string id, int? limit, string? before, CancellationToken cancellationToken)
    {
        var all = Stored[id].Messages;
        var end = before is null ? all.Length : int.Parse(before, null);
        var start = Math.Max(0, end - (limit ?? end));
        return Task.FromResult(new MessagePage(all[start..end], start == 0 ? null : start.ToString((IFormatProvider?)null)));
    }

    public Task<ImmutableArray<Todo>> TodosAsync(string id, CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<Todo>>([]);

    public Task<SessionInfo> ImportAsync(SessionExport export, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PromptAccepted> PromptAsync(string sessionId, PromptRequest request, CancellationToken cancellationToken)
    {
        if (Refusal is { } words) { throw new UserException(words); }
        Prompts.Add((sessionId, request));
        return Task.FromResult(new PromptAccepted(request.MessageId!, Busy));
    }

    public Task<PromptAccepted> CommandAsync(string sessionId, CommandRequest request, CancellationToken cancellationToken)
    {
        Expanded.Add(request);
        return Task.FromResult(new PromptAccepted(request.MessageId!, Busy) { Said = Said });
    }

    public Task<MessageWithParts> ShellAsync(string sessionId, ShellRequest request, CancellationToken cancellationToken)
    {
        Lines.Add(request);
        return Task.FromResult(new MessageWithParts(Talks.User("msg_shell"), []));
    }

    public Task<TurnEnd> WaitAsync(string sessionId, string messageId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> AbortAsync(string sessionId, CancellationToken cancellationToken)
    {
        Aborted.Add(sessionId);
        return Task.FromResult(true);
    }

    public Task<ImmutableDictionary<string, SessionStatus>> StatusAsync(CancellationToken cancellationToken) =>
        Task.FromResult(ImmutableDictionary<string, SessionStatus>.Empty);

    public Task<ImmutableArray<PermissionRequest>> PermissionsAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<PermissionRequest>>([]);

    public Task<bool> ReplyAsync(string requestId, PermissionReply reply, string? message, CancellationToken cancellationToken)
    {
        Replies.Add((requestId, reply));
        return Task.FromResult(true);
    }

    public Task<ImmutableArray<QuestionRequest>> QuestionsAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<QuestionRequest>>([]);

    public Task<bool> AnswerAsync(string requestId, ImmutableArray<ImmutableArray<string>> answers, CancellationToken cancellationToken)
    {
        Answers.Add((requestId, answers));
        return Task.FromResult(true);
    }

    public Task<bool> RejectAsync(string requestId, CancellationToken cancellationToken)
    {
        Answers.Add((requestId, null));
        return Task.FromResult(true);
    }

    public Task<ImmutableArray<AgentSummary>> AgentsAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<AgentSummary>>(
    [
        new("build", "Does the work.", AgentMode.Primary), new("compose", "Writes.", AgentMode.Primary),
        new("explore", "Looks round.", AgentMode.Subagent), new("plan", "Changes nothing.", AgentMode.Primary),
    ]);

    public Task<ImmutableArray<ModelSummary>> ModelsAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<ModelSummary>>(
        [new(Model, "Scripted", 128_000, Usable: true), new(new ModelRef("far", "away"), "Away", 0, Usable: false)]);

    public Task<ImmutableArray<CommandSummary>> CommandsAsync(CancellationToken cancellationToken) => Task.FromResult(Commands);

    public Task<ImmutableArray<SkillSummary>> SkillsAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<SkillSummary>>([new("compose:tdd", "Tests first.", "", "")]);

    public Task<ImmutableArray<ToolDefinition>> ToolsAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<ToolDefinition>>([]);

    public Task<Answerer> AnswererAsync(string? sessionId, ModelRef? named, CancellationToken cancellationToken) =>
        Task.FromResult(new Answerer("build", named ?? Model, "the only one"));

    public Task<ProjectPlace> PlaceAsync(CancellationToken cancellationToken) => Task.FromResult(Place);

    public Task<ImmutableArray<string>> FilesAsync(int limit, CancellationToken cancellationToken) => Task.FromResult(Files);

    public Task<SessionChanges> DiffAsync(string sessionId, string? messageId, CancellationToken cancellationToken) => Task.FromResult(new SessionChanges(
    [
        .. from message in Stored[sessionId].Messages
           from call in message.Parts.OfType<ToolPart>()
           let diff = call.State is ToolCompleted done ? Details.FromMetadata(done.Metadata) as DiffDetails : null
           where diff is not null
           select new FileDiff(diff.FilePath, diff.Diff, diff.Additions, diff.Deletions),
    ], []));

    public Task<RevertResult> RevertAsync(string sessionId, RevertRequest request, CancellationToken cancellationToken)
    {
        Reverts.Add(request);
        return Task.FromResult(new RevertResult(Stored[sessionId].Info, Reverted, []));
    }

    public Task<RevertResult> UnrevertAsync(string sessionId, CancellationToken cancellationToken)
    {
        Reverts.Add(null);
        return Task.FromResult(new RevertResult(Stored[sessionId].Info, Reverted, []));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Stores a session.</summary>
    public SessionInfo Add(string id, string title, params ImmutableArray<MessageWithParts> messages)
    {
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var info = new SessionInfo
        {
            Id = id, Slug = "calm-sea", ProjectId = "prj", Directory = "/home/ada/engine", Title = title, Version = "0", Time = new SessionTime(time, time),
        };
        Stored[id] = (info, messages);
        return info;
    }
}
