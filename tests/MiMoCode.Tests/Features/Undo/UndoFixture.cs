using System.Security.Cryptography;
using System.Text;
using MiMoCode.Engine.Features.Undo;
using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.TestKit;
using FileChange = MiMoCode.Engine.Tools.Files.FileChange;

namespace MiMoCode.Tests.Features.Undo;

/// <summary>A project with a conversation, in which an agent edits files through the journal and people edit them as they like.</summary>
internal sealed class UndoFixture : IAsyncDisposable
{
    private const string SessionId = "ses_1";
    private readonly Database database;
    private readonly SessionLog log;
    private readonly EditWriter writer;
    private readonly ReadLedger ledger = new();
    private int messages;

    private UndoFixture(TempProject project, Database database)
    {
        (Project, this.database) = (project, database);
        var (blobs, locks) = (new BlobStore(database), new FileLocks());
        Store = new SessionStore(database, blobs);
        Journal = new EditJournalStore(database, blobs);
        Points = new UndoPoints(new StateStore(database));
        Leases = new Leases(database);
        log = new SessionLog(Store, new EventBus(), (_, _) => { }, TimeProvider.System);
        writer = new EditWriter(Journal, locks, ledger, _ => { });
        Undo = new SessionUndo(
            Store, Journal, Points, new FileRestorer(blobs, locks, MayShow, null), new ChangeList(blobs, Show, MayShow), Leases, log, Show);

        string Show(string path) => Path.GetRelativePath(Project.Root, path);

        bool MayShow(string path) => !path.EndsWith(".env", StringComparison.Ordinal);
    }

    public TempProject Project { get; }

    public SessionStore Store { get; }

    public EditJournalStore Journal { get; }

    public UndoPoints Points { get; }

    public Leases Leases { get; }

    public SessionUndo Undo { get; }

    /// <summary>Every file of the project with its mode and content, folders apart.</summary>
    public string Tree
    {
        get
        {
            var text = new StringBuilder();
            foreach (var path in Directory.EnumerateFiles(Project.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                text.AppendLine($"{Path.GetRelativePath(Project.Root, path)} {File.GetUnixFileMode(path)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}");
            return text.ToString();
        }
    }

    public static async Task<UndoFixture> OpenAsync(TempProject project)
    {
        var database = await Database.OpenAsync(Path.Combine(project.Home, "mimo.db"), TimeProvider.System, CancellationToken.None);
        var fixture = new UndoFixture(project, database);
        await fixture.AddSessionAsync(SessionId);
        return fixture;
    }

    public static Task<UndoFixture> OpenAsync(params (string Path, string Text)[] files) => OpenAsync(new TempProject(files));

    public async Task AddSessionAsync(string id)
    {
        var now = DateTimeOffset.UtcNow;
        await Store.CreateAsync(
            new SessionInfo { Id = id, Slug = "s", ProjectId = "p", Directory = Project.Root, Title = "t", Version = "0", Time = new SessionTime(now, now) },
            SessionKind.User);
    }

    /// <summary>A prompt of a person; its id.</summary>
    public async Task<string> PromptAsync(string text, string session = SessionId)
    {
        var message = UserMessages.Create(session, "build", new ModelRef("test", "m"), text, synthetic: false, TimeProvider.System);
        await log.StoreMessageAsync(Session(session), message);
        return message.Info.Id;
    }

    /// <summary>The agent writes a file whole, as a tool would. Null: it deletes it.</summary>
    public async Task EditAsync(string path, string? text, string session = SessionId)
    {
        var id = $"msg_agent{++messages}";
        var info = UserMessages.Create(session, "build", new ModelRef("test", "m"), "…", synthetic: true, TimeProvider.System).Info with { Id = id };
        await log.StoreAsync(Session(session), new MessageUpdated(info) { SessionId = session });
        var call = new ToolPart("call", "edit", new ToolPending(EmptyJson.Object)) { Id = "prt", MessageId = id, SessionId = session };
        var context = new ToolContext(Session(session), call, _ => { });
        var before = FileSnapshot.Read(TargetPath.Of(path, context));
        await writer.WriteAsync(context, [new FileChange(before, text is null ? null : Encoding.UTF8.GetBytes(text))], CancellationToken.None);
    }

    public Task<RevertResult> RevertAsync(string? message = null, RevertScope? scope = null, bool preview = false, string session = SessionId) =>
        Undo.RevertAsync(session, new RevertRequest(message, Scope: scope, Preview: preview), CancellationToken.None);

    public Task<RevertResult> UnrevertAsync() => Undo.UnrevertAsync(SessionId, CancellationToken.None);

    public Task<SessionChanges> DiffAsync(string? message = null) => Undo.DiffAsync(SessionId, message, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        Project.Dispose();
    }

    private Session Session(string id) => new(Store.Find(id)!, id, Project.Root);
}
