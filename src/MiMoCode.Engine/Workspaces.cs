using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Engine.Foundation.Projects;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.Engine;

/// <summary>
/// The workspaces of one process over one database: opened when they are first asked for, closed when nobody has used them for a
/// while, and none outside of the folders that may be opened.
/// </summary>
internal sealed class Workspaces : IAsyncDisposable
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(10);

    private readonly WorkspaceOptions options;
    private readonly SharedStore shared;
    private readonly AllowedFolders allowed;
    private readonly SemaphoreSlim gate = new(1);
    private readonly Dictionary<string, Opened> open = new(StringComparer.Ordinal);
    private readonly List<Task> closing = [];

    private Workspaces(WorkspaceOptions options, SharedStore shared, IEnumerable<string> folders)
    {
        (this.options, this.shared) = (options, shared);
        var projects = new ProjectStore(shared.Database);
        allowed = new AllowedFolders([options.Directory, .. folders], () => projects.List().Select(project => project.Worktree), options.Folders.Home);
        Feed = new EventFeed(
            shared.Events, new EventLog(shared.Database), new SessionStore(shared.Database, new BlobStore(shared.Database)), shared.Database.Id, null);
    }

    /// <summary>What happens in all of them; every event says in which folder.</summary>
    public EventFeed Feed { get; }

    /// <summary>The program's version.</summary>
    public string Version => options.Version;

    public TimeProvider Clock => options.Clock;

    /// <summary>The folder that is meant when none is named.</summary>
    public string DefaultDirectory => options.Directory;

    /// <summary>Opens the database and no workspace yet.</summary>
    /// <param name="options">How each is opened; the directory is the one meant when none is named.</param>
    /// <param name="folders">What may be opened besides that directory and the projects that were worked in.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Workspaces> OpenAsync(
        WorkspaceOptions options, IEnumerable<string> folders, CancellationToken cancellationToken)
    {
        var database = await Workspace.OpenDatabaseAsync(options, cancellationToken);
        var canonical = options with { Directory = Project.Canonical(options.Directory) };
        return new Workspaces(canonical, new SharedStore(database, new EventBus()), folders);
    }

    /// <summary>The workspace of a folder, kept open until the use is disposed.</summary>
    /// <exception cref="UserException">The folder does not exist (400) or may not be opened (403).</exception>
    public async Task<WorkspaceUse> UseAsync(string? directory, CancellationToken cancellationToken)
    {
        var folder = directory is null || directory == DefaultDirectory ? DefaultDirectory : allowed.Check(directory);
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (!open.TryGetValue(folder, out var opened))
            {
                var workspace = await Workspace.OpenAsync(options with { Directory = folder, Shared = shared }, cancellationToken);
                open[folder] = opened = new Opened(workspace);
            }

            opened.Uses++;
            opened.Idle?.Dispose();
            return new WorkspaceUse(opened.Workspace, () => ReleaseAsync(opened), opened.Retired.Token);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Lets every workspace be opened anew, with the settings of then: at once, or when its turns are done.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            foreach (var opened in open.Values.ToList())
            {
                opened.Stale = true;
                await RetireAsync(opened);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync();
        foreach (var opened in open.Values)
            await opened.CloseAsync();
        open.Clear();
        await Task.WhenAll(closing);
        await shared.Database.DisposeAsync();
        gate.Dispose();
    }

    private async ValueTask ReleaseAsync(Opened opened)
    {
        await gate.WaitAsync();
        try
        {
            opened.Uses--;
            if (opened.Stale)
                await RetireAsync(opened);
            if (opened.Uses is 0 && !opened.Retired.IsCancellationRequested)
            {
                opened.Idle?.Dispose();
                opened.Idle = options.Clock.CreateTimer(_ => BeginClosing(opened), null, IdleTime, Timeout.InfiniteTimeSpan);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Takes a workspace that does nothing out of service: streams end, and it is closed when the last call has ended.</summary>
    private async Task RetireAsync(Opened opened)
    {
        if (await opened.IsWorkingAsync())
            return;
        if (open.Remove(opened.Workspace.Directory))
        {
            var told = new NumberedEvent(Feed.Now.Number, new InstanceDisposed(opened.Workspace.Directory), opened.Workspace.Directory);
            shared.Events.Publish(told);
            await opened.Retired.CancelAsync();
        }

        if (opened.Uses is 0)
            await opened.CloseAsync();
    }

    private void BeginClosing(Opened opened)
    {
        lock (closing)
        {
            closing.RemoveAll(task => task.IsCompletedSuccessfully);
            closing.Add(CloseIdleAsync(opened));
        }
    }

    private async Task CloseIdleAsync(Opened opened)
    {
        await gate.WaitAsync();
        try
        {
            if (opened.Uses > 0 || opened.Retired.IsCancellationRequested)
                return;
            if (await opened.IsWorkingAsync())
                opened.Idle?.Change(IdleTime, Timeout.InfiniteTimeSpan);
            else
                await RetireAsync(opened);
        }
        finally
        {
            gate.Release();
        }
    }

    private sealed class Opened(Workspace workspace)
    {
        private bool closed;

        public Workspace Workspace => workspace;

        /// <summary>Calls and streams that need it.</summary>
        public int Uses { get; set; }

        /// <summary>Its settings are no longer those of the files.</summary>
        public bool Stale { get; set; }

        /// <summary>Ends the streams.</summary>
        public CancellationTokenSource Retired { get; } = new();

        /// <summary>Runs while nobody uses it.</summary>
        public ITimer? Idle { get; set; }

        public async Task<bool> IsWorkingAsync() => workspace.Terminals.AnyRuns || !(await workspace.Talk.StatusAsync(CancellationToken.None)).IsEmpty;

        public async Task CloseAsync()
        {
            if (closed)
                return;
            closed = true;
            Idle?.Dispose();
            await Retired.CancelAsync();
            await workspace.DisposeAsync();
        }
    }
}

/// <summary>One call's or stream's hold on a workspace. Retired: it is about to be closed, and whoever only listens goes.</summary>
internal sealed class WorkspaceUse(Workspace workspace, Func<ValueTask> release, CancellationToken retired) : IAsyncDisposable
{
    private Func<ValueTask>? release = release;

    public Workspace Workspace => workspace;

    public CancellationToken Retired => retired;

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref release, null)?.Invoke() ?? ValueTask.CompletedTask;
}
