using System.Globalization;
using MiMoCode.Engine.Features.Checkpoints;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;

namespace MiMoCode.Engine.Features.Compaction;

/// <summary>
/// Tells the first window of a new session what the latest session of the project knew at its end. What was said there after its last
/// checkpoint is held against it first, so that nothing old is told as if it still held.
/// </summary>
internal sealed class EarlierSession(CheckpointStore checkpoints, SessionStore store, SpilledOutputs spilled) : IContextSource
{
    private const int ShareOfWindow = 12;
    private const int MostTokens = 6_000;

    public Place Place => Place.Head;

    public ValueTask ContributeAsync(RequestBuilder request, Session session, CancellationToken cancellationToken)
    {
        if (session.Id == session.RootId && session.Info.ParentId is null && checkpoints.Latest(session.Id) is null
            && checkpoints.OfProject(session.Info.ProjectId, session.RootId, 1) is [var (id, checkpoint)] && store.Find(id) is { } info)
        {
            var room = Math.Clamp(session.Turn.Model.ContextLimit / ShareOfWindow, 1_000, MostTokens);
            var known = Refreshed(id, checkpoint);
            var lines = known with { Lines = known.Lines.RemoveAll(line => !line.Section.IsDurable) };
            var text = string.Create(
                CultureInfo.InvariantCulture,
                $"# What the session before knew\nFrom session {info.Id} ({checkpoint.Time:yyyy-MM-dd HH:mm}). It may have changed since; what is said now holds against it.\n\n{CheckpointView.Render(lines, room)}");
            if (!lines.Lines.IsEmpty)
                request.Add("earlier-session", text, room + 200);
        }

        return ValueTask.CompletedTask;
    }

    private CheckpointDocument Refreshed(string sessionId, StoredCheckpoint checkpoint)
    {
        var numbers = store.Numbers(sessionId, 0);
        var said = store.LoadWindow(sessionId).Messages.Where(message => numbers.ContainsKey(message.Info.Id)).ToList();
        return new CheckpointRevision(said, numbers, checkpoint.CoveredSeq, spilled).Apply(CheckpointDocument.Parse(checkpoint.Body), []);
    }
}
