using System.Text.Json;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Tools;

/// <summary>The tools over a real folder, with a real journal.</summary>
internal sealed class ToolFixture : IAsyncDisposable
{
    private readonly Database database;

    private ToolFixture(TempProject project, Database database)
    {
        (Project, this.database) = (project, database);
        Journal = new EditJournalStore(database, new BlobStore(database));
        Writer = new EditWriter(Journal, new FileLocks(), Ledger, Told.Add);
        Session = SessionOf("ses_1", "ses_1");
    }

    public TempProject Project { get; }

    public EditJournalStore Journal { get; }

    public ReadLedger Ledger { get; } = new();

    public EditWriter Writer { get; }

    public List<Event> Told { get; } = [];

    public Session Session { get; set; }

    /// <summary>Paths that rules hide from searches.</summary>
    public HashSet<string> Hidden { get; } = [];

    public ReadTool Read => new(Ledger, TimeProvider.System);

    public WriteTool Write => new(Writer);

    public EditTool Edit => new(Writer);

    public ProcessRunner Processes { get; } =
        new(null, new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! }, TimeProvider.System);

    public Searching Searching => new((_, _, _) => new(path => !Hidden.Contains(path)), TimeProvider.System);

    public static async Task<ToolFixture> OpenAsync(params (string Path, string Text)[] files)
    {
        var project = new TempProject(files);
        return new ToolFixture(project, await Database.OpenAsync(Path.Combine(project.Home, "mimo.db"), TimeProvider.System, CancellationToken.None));
    }

    public Session SessionOf(string id, string root) => new(
        new SessionInfo
        {
            Id = id, Slug = "s", ProjectId = "p", Directory = Project.Root, Title = "t", Version = "0",
            Time = new SessionTime(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch),
        },
        root, Project.Root);

    public async Task<ToolPlan> PlanAsync(ITool tool, object input)
    {
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(input));
        var call = new ToolPart("call_1", tool.Definition.Name, new ToolPending(EmptyJson.Object)) { Id = "prt_1", MessageId = "msg_1", SessionId = Session.Id };
        return await tool.PlanAsync(json.RootElement, new ToolContext(Session, call, _ => { }), CancellationToken.None);
    }

    public async Task<ToolResult> RunAsync(ITool tool, object input) => await (await PlanAsync(tool, input)).RunAsync(CancellationToken.None);

    /// <summary>Runs a call that cannot work and gives what the model is told.</summary>
    public async Task<string> FailAsync(ITool tool, object input) =>
        (await Assert.ThrowsAsync<ToolException>(() => RunAsync(tool, input))).Message;

    /// <summary>Reads a file whole, so that it may be changed.</summary>
    public async Task<string> SeeAsync(string path) => (await RunAsync(Read, new { filePath = path })).Output;

    public async ValueTask DisposeAsync()
    {
        await Processes.DisposeAsync();
        await database.DisposeAsync();
        Project.Dispose();
    }
}
