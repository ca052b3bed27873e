using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Undo;

/// <summary>What edits add up to, file by file: the agent's changes only, without what people changed in between.</summary>
internal sealed class ChangeList(BlobStore blobs, Func<string, string> show, Func<string, bool> mayShow)
{
    public ImmutableArray<FileDiff> Of(IEnumerable<JournaledEdit> edits) =>
        [.. edits.GroupBy(edit => edit.Path).Select(Of).OfType<FileDiff>().OrderBy(diff => diff.File, StringComparer.Ordinal)];

    private FileDiff? Of(IGrouping<string, JournaledEdit> file)
    {
        var runs = Runs(file);
        var (first, last) = (runs[0].From, runs[^1].To);
        if (runs is [var only] && only.From == only.To)
            return null;

        var status = first is null ? FileChange.Added : last is null ? FileChange.Deleted : FileChange.Modified;
        var shown = show(file.Key);
        if (!mayShow(file.Key))
            return new FileDiff(shown, "", 0, 0, status);
        var diffs = runs.Select(run => FileRestorer.Difference(shown, Content(run.From), Content(run.To))).ToList();
        return new FileDiff(
            shown, TextEncoding.Readable(string.Concat(diffs.Select(diff => diff.Text))),
            diffs.Sum(diff => diff.Additions), diffs.Sum(diff => diff.Deletions), status);
    }

    /// <summary>Edits that begin where the one before ended are one change; another begins where somebody else changed the file.</summary>
    private static List<(string? From, string? To)> Runs(IEnumerable<JournaledEdit> edits)
    {
        var runs = new List<(string? From, string? To)>();
        foreach (var edit in edits)
        {
            if (runs.Count > 0 && runs[^1].To == edit.BeforeHash)
                runs[^1] = (runs[^1].From, edit.AfterHash);
            else
                runs.Add((edit.BeforeHash, edit.AfterHash));
        }

        return runs;
    }

    private byte[]? Content(string? hash) => hash is null ? null : blobs.Get(hash);
}
