using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Events;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>
/// Finds out which files of the project a shell command changed and enters them into the edit journal, so that they can be taken back
/// like every other edit. It needs no git and never touches the user's; what git ignores, folders outside and very large files are not
/// covered, and then it says nothing about the command. Costs nothing before the first command that may change something.
/// </summary>
internal sealed class ShellJournal(
    EditJournalStore journal, string root, string home, string folder, Action<Event> tell, ShellJournalLimits limits, TimeProvider clock) : IDisposable
{
    /// <summary>The kernel stamps files with a clock that ticks a few times slower than ours.</summary>
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim one = new(1);
    private readonly Dictionary<string, Kept> kept = new(StringComparer.Ordinal);
    private readonly HashSet<string> written = new(StringComparer.Ordinal);
    private readonly List<Watched> running = [];
    private TreeWatch? tree;
    private ContentPack? pack;
    private bool isOff = RealIsTooWide(root, home);

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
        pack?.Dispose();
        one.Dispose();
    }

    private static bool RealIsTooWide(string root, string home) => root is "/" || root == home;

    private async Task GuardedAsync(Func<Task> step)
    {
        await one.WaitAsync(CancellationToken.None);
        try
        {
            await step();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Forget();
        }
        finally
        {
            one.Release();
        }
    }

    private async Task BeginAsync(Watched watched)
    {
        if (pack?.Length > limits.Pack)
            Forget();
        tree ??= new TreeWatch(root, limits.Files);
        pack ??= new ContentPack(folder);
        var changed = tree.Refresh(CancellationToken.None);

        // What changed while another command runs is that one's.
        if (running.Count > 0)
            await RecordAsync(running[^1], changed);
        else
            KeepAll(changed);
        isOff = tree.IsTooLarge || pack.Length > limits.Pack;
        running.Add(watched);
    }

    private async Task EndAsync(Watched watched)
    {
        // Forgotten in the meantime: nothing is known about it.
        if (!running.Remove(watched) || tree is null)
            return;
        await RecordAsync(watched, tree.Refresh(CancellationToken.None));
    }

    private async Task RecordAsync(Watched watched, ImmutableArray<string> changed)
    {
        var edits = changed.Length > limits.Changes ? null : Edits(watched, changed);
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
    private List<EditPlan>? Edits(Watched watched, ImmutableArray<string> changed)
    {
        var states = changed.Where(path => !IsOurs(path)).Select(path => (Path: path, Before: kept.GetValueOrDefault(path), Now: Look(path))).ToList();
        if (states.Exists(state => state.Before is { IsWhole: false } || state.Now is { IsWhole: false }))
            return null;
        var moved = states.Where(state => state.Now is null && state.Before is not null).Select(state => pack!.Get(state.Before!.Content)).ToList();
        var edits = new List<EditPlan>();
        foreach (var (path, before, now) in states)
        {
            var old = before is null ? null : pack!.Get(before.Content);
            if (before is null && now is null)
                continue;

            // A file that nobody has seen before is the command's only if it was made, or moved, while it ran.
            if (before is null && now!.Born < watched.Start && !moved.Exists(content => content.AsSpan().SequenceEqual(now.Bytes)))
                continue;
            if (old is not null && now is not null && before!.Mode == now.Mode && old.AsSpan().SequenceEqual(now.Bytes))
                continue;
            edits.Add(new EditPlan(
                watched.Context.Session.RootId, watched.Context.Session.Id, watched.Context.Call.MessageId, watched.Context.Call.CallId, path,
                Memory(old), Memory(now?.Bytes), before?.Mode, now?.Mode));
        }

        return edits;
    }

    private bool IsOurs(string path)
    {
        lock (written)
            return written.Contains(path);
    }

    private void KeepAll(ImmutableArray<string> paths)
    {
        foreach (var path in paths)
        {
            if (Look(path) is { } now)
                kept[path] = new Kept(now.IsWhole ? pack!.Add(now.Bytes) : default, now.Mode, now.IsWhole);
            else
                kept.Remove(path);
        }
    }

    /// <summary>Null when there is no regular file any more.</summary>
    private Found? Look(string path)
    {
        try
        {
            if (FileCalls.Status(path) is not { IsRegular: true } status)
                return null;
            var whole = (long)status.Length <= limits.File;
            return new Found(whole ? File.ReadAllBytes(path) : [], status.Mode, status.Born.Time, whole);
        }
        catch (UnauthorizedAccessException)
        {
            return new Found([], default, default, IsWhole: false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private void Forget()
    {
        pack?.Dispose();
        (tree, pack) = (null, null);
        kept.Clear();
        running.Clear();
    }

    private static ReadOnlyMemory<byte>? Memory(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);

    private sealed record Watched(ToolContext Context, DateTimeOffset Start);

    private sealed record Kept(PackedContent Content, UnixFileMode Mode, bool IsWhole);

    private sealed record Found(byte[] Bytes, UnixFileMode Mode, DateTimeOffset Born, bool IsWhole);
}

/// <summary>How much is watched: files of the project, bytes of one file, bytes kept altogether, files that one command may change.</summary>
internal sealed record ShellJournalLimits(int Files = 50_000, long File = 8 << 20, long Pack = 512L << 20, int Changes = 2_000);
