using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Undo;

/// <summary>
/// Takes sessions back and forth along their conversation. There is one kind of move, to a point: edits after it that stand are taken
/// back, edits before it that an earlier move took back are brought back. So undo and redo cannot disagree, and a move that a crash
/// interrupted is simply made again.
/// </summary>
internal sealed class SessionUndo(
    SessionStore store, EditJournalStore edits, UndoPoints points, FileRestorer restorer, ChangeList changes, Leases leases,
    SessionLog log, Func<string, string> show) : IChanges
{
    private readonly Journal journal = new(store, edits);
    private readonly Prompts prompts = new(store);
    private readonly ShellNotes shell = new(store, edits);

    public Task<SessionChanges> DiffAsync(string sessionId, string? messageId, CancellationToken cancellationToken)
    {
        Find(sessionId);
        var from = messageId is null ? 0 : SeqOf(sessionId, messageId);
        var end = messageId is null ? long.MaxValue : prompts.EndOfTurn(sessionId, from);
        var standing = journal.Of(sessionId)
            .Where(placed => placed.Edit.State is EditState.Done && placed.Seq >= from && placed.Seq < end)
            .Select(placed => placed.Edit);
        return Task.FromResult(new SessionChanges(changes.Of(standing), shell.Of(sessionId, from, end)));
    }

    public async Task<RevertResult> RevertAsync(string sessionId, RevertRequest request, CancellationToken cancellationToken)
    {
        var info = Find(sessionId);
        var scope = request.Scope ?? RevertScope.Both;
        var target = request.MessageId ?? prompts.LastBefore(sessionId, Present(info, scope))?.Info.Id
            ?? throw new UserException("There is nothing more to take back in this session.");
        var seq = SeqOf(sessionId, target);
        if (request.Preview is true)
            return new RevertResult(info, await MoveFilesAsync(Route(info, seq, scope), preview: true, cancellationToken), NotesOf(sessionId, seq, scope));
        return await UnderLeaseAsync(info, lease => MoveAsync(info, target, scope, lease, cancellationToken), cancellationToken);
    }

    public async Task<RevertResult> UnrevertAsync(string sessionId, CancellationToken cancellationToken)
    {
        var info = Find(sessionId);
        var filesBack = Current(sessionId)?.MessageId is not null;
        if (info.Revert is null && !filesBack)
            throw new UserException("There is nothing to bring back in this session: nothing was taken back since the last prompt.");
        var scope = filesBack ? RevertScope.Both : RevertScope.Talk;
        return await UnderLeaseAsync(info, lease => MoveAsync(info, null, scope, lease, cancellationToken), cancellationToken);
    }

    /// <summary>Ends the moves that a crash interrupted. A session that somebody drives is left to them.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (var (sessionId, point) in points.Pending())
        {
            if (store.Find(sessionId) is not { } info || await leases.TryAcquireAsync(Leases.OfSession(sessionId), cancellationToken) is not { } lease)
                continue;
            try
            {
                RemoveLeftOver(sessionId, point);
                await MoveAsync(info, point.MessageId, point.Scope, lease, cancellationToken);
            }
            finally
            {
                await leases.ReleaseAsync(lease);
            }
        }
    }

    private void RemoveLeftOver(string sessionId, UndoPoint point)
    {
        var files = journal.Of(sessionId).Where(placed => point.Edits.Contains(placed.Edit.Id)).Select(placed => Path.GetDirectoryName(placed.Edit.Path)!);
        foreach (var folder in files.Distinct(StringComparer.Ordinal))
            StagedFile.RemoveLeftOver(folder);
    }

    /// <summary>Where the session stands: what comes after is taken back already.</summary>
    private long Present(SessionInfo info, RevertScope scope)
    {
        var talk = scope is RevertScope.Files ? null : info.Revert?.MessageId;
        var files = scope is RevertScope.Talk ? null : Current(info.Id)?.MessageId;
        return Math.Min(At(talk), At(files));

        long At(string? messageId) => (messageId is null ? null : store.FindSeq(info.Id, messageId)) ?? long.MaxValue;
    }

    /// <summary>The point that holds: what was said since has made an older one void.</summary>
    private UndoPoint? Current(string sessionId) =>
        points.Get(sessionId) is { } point && prompts.Newest(sessionId) == point.Newest ? point : null;

    private async Task<RevertResult> UnderLeaseAsync(
        SessionInfo info, Func<Lease, Task<RevertResult>> move, CancellationToken cancellationToken)
    {
        var lease = await leases.TryAcquireAsync(Leases.OfSession(info.Id), cancellationToken) ?? throw new UserException(
            "The agent is working in this session. Wait until it is done, or stop it, then try again.", exitCode: 1, httpStatus: 409);
        try
        {
            return await move(lease);
        }
        finally
        {
            await leases.ReleaseAsync(lease);
        }
    }

    /// <summary>Null: back to the newest.</summary>
    private async Task<RevertResult> MoveAsync(
        SessionInfo info, string? messageId, RevertScope scope, Lease lease, CancellationToken cancellationToken)
    {
        var seq = (messageId is null ? null : store.FindSeq(info.Id, messageId)) ?? long.MaxValue;
        ImmutableArray<RevertedFile> files = [];
        if (scope is not RevertScope.Talk)
        {
            var route = Route(info, seq, scope);
            var known = Current(info.Id)?.Edits ?? [];
            var point = new UndoPoint(messageId, [.. known.Union(route.SelectMany(move => move.Back))], scope, prompts.Newest(info.Id), Pending: true);
            await points.SetAsync(info.Id, point, cancellationToken);

            // From here on it is ended, now or after a crash.
            files = await MoveFilesAsync(route, preview: false, CancellationToken.None);
            await MoveTalkAsync(info, messageId, scope, lease);
            await points.SetAsync(info.Id, messageId is null ? null : point with { Pending = false }, CancellationToken.None);
        }
        else
        {
            await MoveTalkAsync(info, messageId, scope, lease);
        }

        return new RevertResult(Find(info.Id), files, NotesOf(info.Id, seq, scope));
    }

    private ImmutableArray<string> NotesOf(string sessionId, long seq, RevertScope scope) =>
        scope is RevertScope.Talk ? [] : shell.Of(sessionId, seq, long.MaxValue);

    private async Task MoveTalkAsync(SessionInfo info, string? messageId, RevertScope scope, Lease lease)
    {
        if (scope is RevertScope.Files || info.Revert?.MessageId == messageId)
            return;
        var changed = info with { Revert = messageId is null ? null : new SessionRevert(messageId) };
        await store.StoreAsync(
            info.Id, new SessionUpdated(changed) { SessionId = info.Id }, Durability.OnDisk, lease, log.Told);
    }

    /// <summary>What has to be done to each file so that it stands at the point.</summary>
    private List<Move> Route(SessionInfo info, long seq, RevertScope scope)
    {
        var taken = Current(info.Id)?.Edits ?? [];
        return scope is RevertScope.Talk ? [] :
        [
            .. from file in journal.Of(info.Id).GroupBy(placed => placed.Edit.Path)
               let back = file.Where(placed => placed.Edit.State is EditState.Done && placed.Seq >= seq).Reverse().ToList()
               let forth = file.Where(placed => placed.Edit.State is EditState.Undone && placed.Seq < seq && taken.Contains(placed.Edit.Id)).ToList()
               where back.Count + forth.Count > 0
               select new Move(file.Key, [.. back.Select(placed => placed.Edit)], [.. forth.Select(placed => placed.Edit)]),
        ];
    }

    private async Task<ImmutableArray<RevertedFile>> MoveFilesAsync(List<Move> route, bool preview, CancellationToken cancellationToken)
    {
        var files = ImmutableArray.CreateBuilder<RevertedFile>(route.Count);
        foreach (var move in route)
        {
            var moved = await restorer.MoveAsync(move.Path, show(move.Path), move.Steps, preview, cancellationToken);
            files.Add(moved);
            if (preview || moved.Outcome is RevertOutcome.Refused)
                continue;
            await edits.SettleAsync([.. move.Back], EditState.Undone, cancellationToken);
            await edits.SettleAsync([.. move.Forth], EditState.Done, cancellationToken);
            if (moved.Outcome is not RevertOutcome.Unchanged)
                log.Tell(new FileEdited(move.Path));
        }

        return files.ToImmutable();
    }

    private SessionInfo Find(string sessionId) => store.Find(sessionId) ?? throw UserException.NotFound("session", sessionId);

    private long SeqOf(string sessionId, string messageId) =>
        store.FindSeq(sessionId, messageId) ?? throw UserException.NotFound("message", messageId);

    /// <summary>One file's way.</summary>
    private sealed record Move(string Path, ImmutableArray<JournaledEdit> BackEdits, ImmutableArray<JournaledEdit> ForthEdits)
    {
        public IEnumerable<long> Back => BackEdits.Select(edit => edit.Id);

        public IEnumerable<long> Forth => ForthEdits.Select(edit => edit.Id);

        public ImmutableArray<EditStep> Steps => [.. BackEdits.Select(EditStep.Back), .. ForthEdits.Select(EditStep.Forth)];
    }
}
