using System.Collections.Immutable;
using MiMoCode.Engine.Foundation;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Undo;

/// <summary>Brings single files to another point of the journal; each whole, or not at all.</summary>
/// <param name="blobs">The contents that edits name.</param>
/// <param name="locks">Those of the tools.</param>
/// <param name="mayShow">Whether the content of a file, by its real path, may be shown.</param>
/// <param name="failPoints">For tests.</param>
internal sealed class FileRestorer(BlobStore blobs, FileLocks locks, Func<string, bool> mayShow, FailPoints? failPoints)
{
    /// <param name="path">The real path.</param>
    /// <param name="shown">What to call it.</param>
    /// <param name="steps">The edits in the order in which they are gone through.</param>
    /// <param name="preview">Only look.</param>
    /// <param name="cancellationToken">Stops waiting for the file's lock.</param>
    public async Task<RevertedFile> MoveAsync(
        string path, string shown, ImmutableArray<EditStep> steps, bool preview, CancellationToken cancellationToken)
    {
        using var held = await locks.HoldAsync([path], cancellationToken);
        try
        {
            var now = FileSnapshot.Read(new TargetPath(shown, path, path));
            var plan = new FileMove(steps, blobs.Get).Plan(now);
            if (plan.Outcome is RevertOutcome.Refused)
                return new RevertedFile(shown, plan.Outcome, Reason: plan.Reason);
            if (!preview)
                Write(now, plan);
            var diff = mayShow(path) ? Difference(shown, now.Bytes, plan.Content) : new UnifiedDiff("", 0, 0);
            return new RevertedFile(shown, plan.Outcome, TextEncoding.Readable(diff.Text), diff.Additions, diff.Deletions);
        }
        catch (Exception error) when (error is ToolException or IOException or UnauthorizedAccessException)
        {
            return new RevertedFile(shown, RevertOutcome.Refused, Reason: (error as FileFailure)?.Reason ?? error.Message);
        }
    }

    /// <summary>The change from one content to another; empty for what is no text.</summary>
    public static UnifiedDiff Difference(string shown, byte[]? before, byte[]? after)
    {
        if ((before is not null && TextEncoding.LooksBinary(before)) || (after is not null && TextEncoding.LooksBinary(after)))
            return new UnifiedDiff($"Binary file {shown} differs\n", 0, 0);
        return UnifiedDiff.Between(shown, TextOf(before), TextOf(after));
    }

    private static string? TextOf(byte[]? bytes) =>
        bytes is null ? null : new LineEndings(TextEncoding.Detect(bytes).Decode(bytes)).Plain;

    private void Write(FileSnapshot now, FilePlan plan)
    {
        if (plan.Outcome is RevertOutcome.Unchanged)
            return;
        if (FileSnapshot.HashOfNullable(plan.Content) != now.Hash)
        {
            using var staged = StagedFile.Stage(now, plan.Content, plan.Mode);
            failPoints?.Pass("undo.staged");
            if (FileSnapshot.Read(now.Target).Hash != now.Hash)
                throw new ToolException("somebody is changing it at this moment");
            staged.Commit();
            failPoints?.Pass("undo.replaced");
        }

        if (plan.Content is null || plan.Mode is not { } mode)
            return;
        using var file = FileCalls.Open(null, now.Target.Real, FileCalls.ReadOnly);
        if (FileCalls.Status(file).Mode != mode)
            FileCalls.SetMode(file, (uint)mode);
    }
}
