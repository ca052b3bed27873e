using MiMoCode.Engine.Foundation;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Events;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>What becomes of one file. After is null when it is deleted. Mode is that of a new file; null: the usual one.</summary>
internal sealed record FileChange(FileSnapshot Before, byte[]? After, UnixFileMode? Mode = null);

/// <summary>
/// The one way in which tools change files: lock, look again, journal, write beside, replace, settle. Several files are changed
/// together or not at all.
/// </summary>
internal sealed class EditWriter(
    EditJournalStore journal, FileLocks locks, ReadLedger ledger, Action<Event> tell, FailPoints? failPoints = null)
{
    /// <summary>Refuses to plan a change of a file that the session does not know as it stands.</summary>
    public void RequireRead(ToolContext context, FileSnapshot file) => ledger.Require(context.Session, file);

    /// <summary>Refuses to plan a change of a file that somebody else changed since the session saw it.</summary>
    public void RequireUnchanged(ToolContext context, FileSnapshot file) => ledger.RequireUnchanged(context.Session, file);

    /// <exception cref="ToolException">A file changed since it was planned, or cannot be written; nothing was changed then.</exception>
    public async Task WriteAsync(ToolContext context, IReadOnlyList<FileChange> changes, CancellationToken cancellationToken)
    {
        using var held = await locks.HoldAsync(changes.Select(change => change.Before.Target.Real), cancellationToken);
        foreach (var change in changes)
            RequireUnchanged(change.Before);
        cancellationToken.ThrowIfCancellationRequested();

        // From here on nothing is cancelled: edits are planned, in place and settled, or they did not happen.
        var entries = await Task.WhenAll(changes.Select(change => journal.PlanAsync(PlanOf(context, change), CancellationToken.None)));
        try
        {
            Replace(changes);
        }
        catch (IOException error)
        {
            await SettleAsync(entries, EditState.Failed);
            throw new ToolException($"Nothing was changed: {Reason(error, changes)}.");
        }

        await SettleAsync(entries, EditState.Done);
        foreach (var change in changes)
        {
            var path = change.Before.Target.Real;
            ledger.Saw(context.Session, path, change.After is { } bytes ? FileSnapshot.HashOf(bytes) : null);
            tell(new FileEdited(path));
        }
    }

    /// <summary>All contents are on the disk before the first file is replaced; if one then refuses, those before it go back.</summary>
    private void Replace(IReadOnlyList<FileChange> changes)
    {
        var staged = new List<StagedFile>();
        var replaced = 0;
        try
        {
            foreach (var change in changes)
                staged.Add(StagedFile.Stage(change.Before, change.After, change.Mode));
            failPoints?.Pass("edit.staged");
            for (; replaced < staged.Count; replaced++)
            {
                staged[replaced].Commit();
                failPoints?.Pass("edit.replaced");
            }
        }
        catch (IOException)
        {
            for (var i = 0; i < replaced; i++)
                PutBack(changes[i]);
            throw;
        }
        finally
        {
            staged.ForEach(file => file.Dispose());
        }
    }

    private static void PutBack(FileChange change)
    {
        var now = FileSnapshot.Read(change.Before.Target);
        using var old = StagedFile.Stage(now, change.Before.Bytes, change.Before.Mode);
        old.Commit();
    }

    /// <summary>A person may have taken an hour to answer: what was shown must still be what is written over.</summary>
    private static void RequireUnchanged(FileSnapshot before)
    {
        if (FileSnapshot.Read(before.Target).Hash != before.Hash)
            throw new ToolException($"{before.Target.Shown} changed since this edit was planned. Read it again, then repeat the change.");
    }

    private Task SettleAsync(long[] entries, EditState state) =>
        Task.WhenAll(entries.Select(entry => journal.SettleAsync(entry, state, CancellationToken.None)));

    private static EditPlan PlanOf(ToolContext context, FileChange change) => new(
        context.Session.RootId, context.Session.Id, context.Call.MessageId, context.Call.CallId, change.Before.Target.Real,
        Memory(change.Before.Bytes), Memory(change.After), change.Before.Mode,
        change.Before.Mode ?? change.Mode);

    // A bare null would become an empty memory, and a missing file an empty one.
    private static ReadOnlyMemory<byte>? Memory(byte[]? bytes) =>
        bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);

    private static string Reason(IOException error, IReadOnlyList<FileChange> changes) =>
        (error as FileFailure)?.Reason is { } reason ? $"{string.Join(", ", changes.Select(change => change.Before.Target.Shown))}: {reason}" : error.Message;
}
