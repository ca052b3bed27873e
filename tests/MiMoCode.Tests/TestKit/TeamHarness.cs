using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MiMoCode.Engine.Features.Compaction;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Features.Tasks;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Providers;

namespace MiMoCode.TestKit;

/// <summary>Sessions and their subagents over a real database; each agent answers by a script of its own.</summary>
internal sealed class TeamHarness : IAsyncDisposable
{
    public const string RootId = "ses_root";
    private static readonly ModelRef ModelName = new("test", "scripted");
    private readonly TempProject project = new();
    private readonly Database database;
    private readonly string rootAgent;

    private TeamHarness(
        Database database, IProvider provider, IEnumerable<ITool> tools, int depth, string rootAgent, int parallel,
        Func<TeamHarness, IReadOnlyList<IStepGate>>? gates, Action<Session>? beginTurn, TimeProvider clock)
    {
        (this.database, this.rootAgent) = (database, rootAgent);
        var blobs = new BlobStore(database);
        var environment = new EnvironmentVariables(new Dictionary<string, string> { ["HOME"] = project.Home });
        var folders = new Folders(environment);
        var tree = ProjectFolders.Of(project.Root);
        Agents = new AgentCatalogue(ConfigLoader.Load(environment, folders, tree), environment, folders, tree);
        Store = new SessionStore(database, blobs);
        Rows = new RunStore(database);
        Usage = new UsageStore(database);
        Leases = new Leases(database);
        Queue = new QueueStore(database, blobs);
        Log = new SessionLog(Store, new EventBus(), (_, error) => Errors.Enqueue(error), clock);
        var log = Log;
        State = new StateStore(database);
        Memory = new MemoryFiles(Path.Combine(project.Home, "memory"), "prj", database, blobs);
        Tasks = new TaskBook(new TaskStore(database, blobs, TimeSpan.FromDays(7)), Store, new ProgressFiles(Memory, false, _ => { }), log, clock);
        var inbox = new Inbox(Queue, log);
        var assets = new Assets();
        Runs = new SubagentRuns(Agents, Store, Rows, Leases, inbox, log, new SubagentText(assets, Store), () => Loops!, clock, parallel, Tasks.GiveAsync);
        var set = new ToolSet(
            [new ActorTool(Runs, depth, clock), .. tools], [], new OutputCap(Path.Combine(project.Home, "spill"), clock), log, clock);
        var loop = new AgentLoop(
            (session, prompt, _) =>
            {
                beginTurn?.Invoke(session);
                return new(new Turn(prompt.Agent, new Model("test", "scripted"), provider) { Format = prompt.Format });
            },
            set, new ContextBuilder([], set, log, clock), new WholeHistory(), gates?.Invoke(this) ?? [], inbox, log, clock);
        var prompts = new PromptReader(Store, (_, _) => new((rootAgent, ModelName)), clock);
        Loops = new SessionLoops(loop, prompts, inbox, Store, Leases, new RevertedTail(database, blobs, (_, _) => Task.CompletedTask), log, Open, clock);
    }

    public AgentCatalogue Agents { get; }

    public SessionStore Store { get; }

    public RunStore Rows { get; }

    public UsageStore Usage { get; }

    public Leases Leases { get; }

    public QueueStore Queue { get; }

    public SessionLog Log { get; }

    public StateStore State { get; }

    public TaskBook Tasks { get; }

    public MemoryFiles Memory { get; }

    /// <summary>The folder that the sessions work in.</summary>
    public TempProject Project => project;

    public SubagentRuns Runs { get; }

    public SessionLoops Loops { get; }

    public ConcurrentQueue<Exception> Errors { get; } = new();

    public static async Task<TeamHarness> StartAsync(
        IProvider provider, IEnumerable<ITool>? tools = null, int depth = 1, string rootAgent = "build", int parallel = 8,
        Func<TeamHarness, IReadOnlyList<IStepGate>>? gates = null, Action<Session>? beginTurn = null, TimeProvider? clock = null)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("mimo-team-db-").FullName, "test.db");
        var database = await Database.OpenAsync(path, clock ?? TimeProvider.System, CancellationToken.None);
        var harness = new TeamHarness(database, provider, tools ?? [], depth, rootAgent, parallel, gates, beginTurn, clock ?? TimeProvider.System);
        await harness.Store.CreateAsync(harness.NewSession(RootId), SessionKind.User);
        return harness;
    }

    public SessionInfo NewSession(string id, string? parent = null) => new()
    {
        Id = id, Slug = id, ProjectId = "prj", Directory = project.Root, Title = id, Version = "0", ParentId = parent, Agent = rootAgent,
        Time = new SessionTime(TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow()),
    };

    public Task<PromptAccepted> PromptAsync(string text, string? agent = null) => Loops.PromptAsync(
        RootId, new PromptRequest { Parts = [new PromptText(text)], Model = ModelName, Agent = agent ?? rootAgent }, CancellationToken.None);

    public async Task<TurnEnd> RunAsync(string text, string? agent = null)
    {
        var accepted = await PromptAsync(text, agent);
        return await Loops.WaitAsync(RootId, accepted.MessageId, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>The root session as it is opened now.</summary>
    public Session OpenRoot() => Open(RootId);

    public IEnumerable<ToolPart> Calls(string sessionId = RootId) =>
        Store.Export(sessionId).Messages.SelectMany(message => message.Parts).OfType<ToolPart>();

    public async ValueTask DisposeAsync()
    {
        await Runs.DisposeAsync();
        await Loops.DisposeAsync();
        await database.DisposeAsync();
        project.Dispose();
    }

    private Session Open(string id)
    {
        var session = new Session(Store.Find(id)!, Store.FindPlace(id)!.Value.RootId, project.Root);
        var window = Store.LoadWindow(id);
        session.Load(window.Opened, [.. window.Messages]);
        return session;
    }
}

/// <summary>Answers the requests of each agent by a script of its own.</summary>
internal sealed class TeamProvider(params (string Agent, Func<ModelRequest, IEnumerable<ModelEvent>>[] Script)[] scripts) : IProvider
{
    private readonly Dictionary<string, ScriptedProvider> byAgent = scripts.ToDictionary(entry => entry.Agent, entry => new ScriptedProvider(entry.Script));

    public ScriptedProvider this[string agent] => byAgent[agent];

    public async IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var agent = request.Messages.FindLast(message => message.Info is UserMessage)!.Info.Agent;
        await foreach (var told in byAgent[agent].StreamAsync(request, cancellationToken))
            yield return told;
    }
}
