using System.Text.Json;
using MiMoCode.Engine.Features.Compaction;
using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Providers;

namespace MiMoCode.TestKit;

/// <summary>The loop over a real database, with a scripted provider and small tools.</summary>
internal sealed class LoopHarness : IAsyncDisposable
{
    private const string SessionId = "ses_test";
    private static readonly ModelRef ModelName = new("test", "scripted");
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mimo-loop-");
    private readonly Database database;
    private readonly IProvider provider;

    private LoopHarness(Database database, IProvider provider, IEnumerable<ITool> tools, LoopPlugs plugs)
    {
        (this.database, this.provider) = (database, provider);
        var (blobs, clock) = (new BlobStore(database), TimeProvider.System);
        Store = new SessionStore(database, blobs);
        Bus.Add(told => Told.Add(told.Event));
        Log = new SessionLog(Store, Bus, (_, _) => { }, clock);
        var inbox = new Inbox(new QueueStore(database, blobs), Log);
        var set = new ToolSet(tools, plugs.ToolGates, new OutputCap(Path.Combine(folder.FullName, "spill"), clock), Log, clock);
        var context = new ContextBuilder(plugs.Context, set, Log, clock);
        var loop = new AgentLoop(SetUp, set, context, plugs.Keeper, [.. plugs.StepGates, .. plugs.Gates(this)], inbox, Log, clock, reentryLimit: 3);
        var prompts = new PromptReader(Store, (_, _) => new(("build", ModelName)), clock);
        Loops = new SessionLoops(loop, prompts, inbox, Store, new Leases(database), new RevertedTail(database, blobs, (_, _) => Task.CompletedTask), Log, Open, clock);
    }

    public EventBus Bus { get; } = new();

    public SessionStore Store { get; }

    public SessionLog Log { get; }

    public SessionLoops Loops { get; }

    /// <summary>Everything that was told, in order.</summary>
    public List<Event> Told { get; } = [];

    public IReadOnlyList<MessageWithParts> History => Store.Export(SessionId).Messages;

    public static async Task<LoopHarness> StartAsync(IProvider provider, IEnumerable<ITool>? tools = null, LoopPlugs? plugs = null)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("mimo-loop-db-").FullName, "test.db");
        var database = await Database.OpenAsync(path, TimeProvider.System, CancellationToken.None);
        var harness = new LoopHarness(database, provider, tools ?? [], plugs ?? new LoopPlugs());
        var now = TimeProvider.System.GetUtcNow();
        await harness.Store.CreateAsync(
            new SessionInfo
            {
                Id = SessionId, Slug = "a-b", ProjectId = "prj", Directory = harness.folder.FullName, Title = "Test", Version = "0",
                Time = new SessionTime(now, now),
            },
            SessionKind.User);
        return harness;
    }

    public Task<PromptAccepted> PromptAsync(string text, Delivery? delivery = null, OutputFormat? format = null) => Loops.PromptAsync(
        SessionId,
        new PromptRequest { Parts = [new PromptText(text)], Model = ModelName, Delivery = delivery, Format = format },
        CancellationToken.None);

    public async Task<TurnEnd> RunAsync(string text, OutputFormat? format = null)
    {
        return await WaitAsync(await PromptAsync(text, format: format));
    }

    public Task<TurnEnd> WaitAsync(PromptAccepted accepted) =>
        Loops.WaitAsync(SessionId, accepted.MessageId, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));

    public Task<bool> AbortAsync() => Loops.AbortAsync(SessionId, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Loops.DisposeAsync();
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private Session Open(string id)
    {
        var session = new Session(Store.Find(id)!, id, folder.FullName);
        var window = Store.LoadWindow(id);
        session.Load(window.Opened, [.. window.Messages]);
        return session;
    }

    private ValueTask<Turn> SetUp(Session session, UserMessage prompt, CancellationToken cancellationToken) =>
        new(new Turn("build", new Model("test", "scripted"), provider)
        {
            Format = prompt.Format ?? (UserMessages.IsSynthetic(session.History[^1]) ? session.Turn.Format : null),
        });
}

/// <summary>What a test plugs into the loop.</summary>
internal sealed record LoopPlugs
{
    public IReadOnlyList<IContextSource> Context { get; init; } = [];
    public IReadOnlyList<IToolGate> ToolGates { get; init; } = [];
    public IReadOnlyList<IStepGate> StepGates { get; init; } = [];
    public Func<LoopHarness, IReadOnlyList<IStepGate>> Gates { get; init; } = _ => [];
    public IWindowKeeper Keeper { get; init; } = new WholeHistory();
}

/// <summary>A tool that does what a test says.</summary>
internal sealed class TestTool(string name, Func<JsonElement, CancellationToken, Task<string>> act, bool exclusive = true) : ITool
{
    public ToolDefinition Definition { get; } = new(name, name, JsonDocument.Parse("{}").RootElement);

    public ValueTask<ToolPlan> PlanAsync(JsonElement input, ToolContext context, CancellationToken cancellationToken) => new(new ToolPlan(
        [new Access(name, "*", "*")],
        async stopping => new ToolResult(await act(input, stopping), name),
        exclusive));
}

/// <summary>Replies of a scripted model.</summary>
internal static class Say
{
    private static readonly TokenUsage Counted = new(100, 10, 0, new CacheTokens(0, 0));

    public static Func<ModelRequest, IEnumerable<ModelEvent>> Text(string text) => _ =>
        [new TextDelta(text), new Finished(StopReason.Done, Counted, [])];

    public static Func<ModelRequest, IEnumerable<ModelEvent>> Call(params (string Tool, string Json)[] calls) => _ =>
    [
        .. calls.Select((call, index) => new ToolCalled($"call_{index}", call.Tool, JsonDocument.Parse(call.Json).RootElement)),
        new Finished(StopReason.ToolCalls, Counted, []),
    ];

    public static Func<ModelRequest, IEnumerable<ModelEvent>> Fail(ProviderFailure failure) => _ =>
        [new Finished(failure.Kind is FailureKind.ContextFull ? StopReason.ContextFull : StopReason.Failed, TokenUsage.None, [], failure)];
}
