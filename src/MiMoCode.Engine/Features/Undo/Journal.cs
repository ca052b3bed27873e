using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;

namespace MiMoCode.Engine.Features.Undo;

/// <summary>An edit and where it stands in the conversation.</summary>
internal sealed record PlacedEdit(JournaledEdit Edit, long Seq);

/// <summary>The edits that belong to a session: of a root, also those of the agents that it started.</summary>
internal sealed class Journal(SessionStore store, EditJournalStore edits)
{
    /// <summary>Oldest first.</summary>
    public ImmutableArray<PlacedEdit> Of(string sessionId)
    {
        var root = store.FindPlace(sessionId)?.RootId ?? sessionId;
        var placed = ImmutableArray.CreateBuilder<PlacedEdit>();
        var seq = 0L;
        foreach (var edit in edits.OfRoot(root))
        {
            // An edit whose message was removed stays with the one before it.
            seq = Math.Max(seq, edit.MessageSeq ?? 0);
            if (root == sessionId || edit.SessionId == sessionId)
                placed.Add(new PlacedEdit(edit, edit.MessageSeq ?? seq));
        }

        return placed.ToImmutable();
    }
}
