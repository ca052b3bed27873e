using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Events;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>The tree that is watched for what shell commands do to it.</summary>
/// <param name="Root">Its top.</param>
/// <param name="Home">The person's home, which is never watched as a whole.</param>
/// <param name="Index">Git's index; null without git.</param>
/// <param name="Folder">Where copies of contents are, without names.</param>
internal sealed record WatchedProject(string Root, string Home, string? Index, string Folder)
{
    public bool IsTooWide => Root is "/" || Root == Home;
}

/// <summary>
/// Finds out which files of the project a shell command changed and enters them into the edit journal, so that they can be taken back
/// like every other edit. It needs no git and never touches the user's; what git ignores, folders outside and very large files are not
/// covered, and then it says nothing about the command.
/// </summary>
internal sealed class ShellJournal(
    EditJournalStore journal, WatchedProject project, GitProcess git, Action<Event> tell, ShellJournalLimits limits, TimeProvider clock) : IDisposable
{
    /// <summary>The kernel stamps files with a clock that ticks a few times slower than ours.</summary>
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim one = new(1);
    private readonly HashSet<string> written = new(StringComparer.Ordinal);
    private readonly List<Watched> running = [];
    private TreeWatch? tree;
    private KeptContents? contents;
    private bool isPrepared;
    private bool isOff = project.IsTooWide;

    /// <summary>
    /// Looks at the project while nobody waits, so that the first command does not have to. Where much would have to be copied it is
    /// left until a command makes that necessary.
    /// </summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (isOff || isPrepared)
            return;
        await GuardedAsync(async () =>
        {
            isPrepared = true;
            if (tree is null && await BeginAgainAsync(threads: 1, limits.Early, cancellationToken) > limits.Early)
                Forget();
        });
    }

    /// <summary>Runs a command and enters what it changed. Whatever goes wrong with that changes nothing about the command.</summary>
    public async Task<T> AroundAsync<T>(ToolContext context, Func<Task<T>> run)
    {
        var watched = new Watched(context, clock.GetUtcNow() - ClockTick);
        if (!isOff)
            await GuardedAsync(() => BeginAsync(watched));
        try
        {
            return await run();
        }
        finally
        {
            if (!isOff)
                await GuardedAsync(() => EndAsync(watched));
        }
    }

    /// <summary>Another part of this program has written a file and entered it itself.</summary>
    public void Wrote(string path)
    {
        lock (written)
            written.Add(path);
    }

    public void Dispose()
    {
        Forget();
        one.Dispose();
    }

    private async Task GuardedAsync(Func<Task> step)
    {
        await one.WaitAsync(CancellationToken.None);
        var isDone = false;
        try
        {
            await step();
            isDone = true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // The command goes on; undo will say that it does not cover it.
        }
        finally
        {
            // Half of what it should know is worse than nothing.
            if (!isDone || isOff)
                Forget();
            one.Release();
        }
    }

    private async Task BeginAsync(Watched watched)
    {
        if (contents?.Length > limits.Copies)
            Forget();
        if (tree is null)
            await BeginAgainAsync(Math.Clamp(Environment.ProcessorCount, 1, 8), long.MaxValue, CancellationToken.None);

        // What changes while another command runs is that one's.
        else if (running.Count > 0)
            await RecordAsync(running[^1], Refresh());
        else
            KeepAll(Refresh());
        isOff |= contents!.Length > limits.Copies;
        running.Add(watched);
    }

    private async Task EndAsync(Watched watched)
    {
        // Forgotten in the meantime: nothing is known about it.
        if (!running.Remove(watched) || tree is null)
            return;
        await RecordAsync(watched, Refresh());
    }

    private ImmutableArray<string> Refresh() => tree!.Refresh(Math.Clamp(Environment.ProcessorCount, 1, 8), CancellationToken.None);

    /// <summary>Gets to know the tree as it is. Gives how many bytes are to be copied; if they are more than allowed, none is.</summary>
    private async Task<long> BeginAgainAsync(int threads, long mostBytes, CancellationToken cancellationToken)
    {
        tree = new TreeWatch(project.Root, limits.Files);
        contents = new KeptContents(project.Folder, project.Root, project.Index, git, limits.File);
        var paths = tree.Refresh(threads, cancellationToken);
        isOff = tree.IsTooLarge;
        if (isOff)
            return 0;
        var left = await contents.KeepCleanAsync(tree, paths, cancellationToken);
        var bytes = left.Sum(path => Math.Min(limits.File, (long)(tree[path]?.Length ?? 0)));
        if (bytes > mostBytes)
            return bytes;
        foreach (var path in left)
        {
            cancellationToken.ThrowIfCancellationRequested();
            contents.Keep(path);
        }

        return bytes;
    }

    private void KeepAll(ImmutableArray<string> paths)
    {
        foreach (var path in paths)
            contents!.Keep(path);
    }

    private async Task RecordAsync(Watched watched, ImmutableArray<string> changed)
    {
        isOff = tree!.IsTooLarge;
        var edits = changed.Length > limits.Changes || isOff ? null : await EditsAsync(watched, changed);
        if (changed.Length > limits.Changes)
            KeepAll(changed);
        lock (written)
            written.Clear();
        if (edits is null)
            return;
        var call = watched.Context.Call;
        await journal.RecordAsync(edits, new RecordedCall(call.SessionId, call.MessageId, call.CallId), CancellationToken.None);
        foreach (var edit in edits)
            tell(new FileEdited(edit.Path));
    }

    /// <summary>Null when a file is among them of which too little is known to bring it back.</summary>
    private async Task<List<EditPlan>?> EditsAsync(Watched watched, ImmutableArray<string> changed)
    {
        var earlier = await contents!.ReadAsync(changed, CancellationToken.None);
        var states = changed.Select(path => (Path: path, Before: earlier.GetValueOrDefault(path), Now: contents.Keep(path))).Where(state => !IsOurs(state.Path)).ToList();
        if (states.Exists(state => state.Before is { Bytes: null } || state.Now is { IsWhole: false }))
            return null;
        var moved = states.Where(state => state.Before is { } before && before.Inode != state.Now?.Inode).Select(state => state.Before!.Inode).ToHashSet();
        var edits = new List<EditPlan>();
        foreach (var (path, before, now) in states)
        {
            if (before is null && now is null)
                continue;

            // A file that nobody has seen before is the command's only if it was made, or moved, while it ran.
            if (before is null && now!.Born < watched.Start && !moved.Contains(now.Inode))
                continue;
            if (before is not null && now is not null && before.Mode == now.Mode && before.Bytes.AsSpan().SequenceEqual(now.Bytes))
                continue;
            edits.Add(new EditPlan(
                watched.Context.Session.RootId, watched.Context.Session.Id, watched.Context.Call.MessageId, watched.Context.Call.CallId, path,
                Memory(before?.Bytes), Memory(now?.Bytes), before?.Mode, now?.Mode));
        }

        return edits;
    }

    private bool IsOurs(string path)
    {
        lock (written)
            return written.Contains(path);
    }

    private void Forget()
    {
        tree?.Dispose();
        contents?.Dispose();
        (tree, contents) = (null, null);
        running.Clear();
    }

    private static ReadOnlyMemory<byte>? Memory(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);

    private sealed record Watched(ToolContext Context, DateTimeOffset Start);
}

/// <summary>
/// How much is watched: files of the project, bytes of one file, bytes copied altogether, bytes copied before a command makes it
/// necessary, files that one command may change.
/// </summary>
internal sealed record ShellJournalLimits(int Files = 50_000, long File = 8 << 20, long Copies = 512L << 20, long Early = 64L << 20, int Changes = 2_000);
