using MiMoCode.Engine.Foundation.Storage;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>Gives the copy of a session the checkpoint that held at the point up to which it was copied.</summary>
internal sealed class CheckpointCopy(CheckpointStore checkpoints, SessionStore store)
{
    /// <param name="from">The session.</param>
    /// <param name="to">Its copy.</param>
    /// <param name="copies">The messages that were copied, each with its copy.</param>
    /// <param name="cancellationToken">Stops before anything was written.</param>
    public async Task MakeAsync(string from, string to, IReadOnlyDictionary<string, string> copies, CancellationToken cancellationToken)
    {
        var (old, copied) = (store.Numbers(from, 0), store.Numbers(to, 0));
        var places = copies.Where(pair => old.ContainsKey(pair.Key) && copied.ContainsKey(pair.Value))
            .Select(pair => (Old: old[pair.Key], New: copied[pair.Value])).OrderBy(place => place.Old).ToList();
        if (places.Count == 0 || checkpoints.LatestUpTo(from, places[^1].Old) is not { } version)
            return;
        var document = CheckpointDocument.Parse(version.Body);
        document = document with { Lines = document.Lines.ConvertAll(line => line with { Seq = NumberOf(line.Seq) }) };
        await checkpoints.CommitAsync(
            to, document.ToString(), NumberOf(version.CoveredSeq), version.NotesCursor, version.Validated, under: null, cancellationToken);

        long NumberOf(long seq) => places.LastOrDefault(place => place.Old <= seq).New;
    }
}
