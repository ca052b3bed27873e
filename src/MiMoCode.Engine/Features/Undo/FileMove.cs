using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Undo;

/// <summary>What a file was at one end of an edit. No hash: there was none.</summary>
internal readonly record struct FileState(string? Hash, UnixFileMode? Mode);

/// <summary>One edit as it is gone through, forwards or backwards.</summary>
internal sealed record EditStep(long EditId, FileState From, FileState To)
{
    public static EditStep Back(JournaledEdit edit) => new(edit.Id, new(edit.AfterHash, edit.AfterMode), new(edit.BeforeHash, edit.BeforeMode));

    public static EditStep Forth(JournaledEdit edit) => new(edit.Id, new(edit.BeforeHash, edit.BeforeMode), new(edit.AfterHash, edit.AfterMode));
}

/// <summary>What is to become of a file. Refused: nothing, and why. Null content: there is to be none.</summary>
internal sealed record FilePlan(RevertOutcome Outcome, byte[]? Content, UnixFileMode? Mode, string? Reason = null);

/// <summary>
/// Goes through the edits of one file, starting from what it holds now. What somebody else changed is merged with; where that cannot
/// be done without losing something, the whole file is left alone.
/// </summary>
internal sealed class FileMove(ImmutableArray<EditStep> steps, Func<string, byte[]?> contents)
{
    public FilePlan Plan(FileSnapshot now)
    {
        var last = steps[^1].To;
        if (now.Hash == last.Hash)
        {
            var mode = last.Hash is null ? null : ModeAfter(now.Mode);
            return new FilePlan(mode == now.Mode ? RevertOutcome.Unchanged : RevertOutcome.Restored, now.Bytes, mode);
        }

        var (content, hash, merged) = (now.Bytes, now.Hash, false);
        foreach (var step in steps)
        {
            if (hash == step.From.Hash)
            {
                if (!Find(step.To.Hash, out content))
                    return Refuse("what it held is not stored any more");
                hash = step.To.Hash;
            }
            else if (hash != step.To.Hash)
            {
                var (text, reason) = Merge(content, step);
                if (text is null)
                    return Refuse(reason);
                (content, hash, merged) = (text, FileSnapshot.HashOf(text), true);
            }
        }

        return new FilePlan(merged ? RevertOutcome.Merged : RevertOutcome.Restored, content, ModeAfter(now.Mode));
    }

    private static FilePlan Refuse(string? reason) => new(RevertOutcome.Refused, null, null, reason);

    /// <summary>A mode that somebody else set stays.</summary>
    private UnixFileMode? ModeAfter(UnixFileMode? mode)
    {
        foreach (var (_, from, to) in steps)
            mode = mode is null || (mode == from.Mode && to.Mode is not null) ? to.Mode : mode;
        return mode;
    }

    private bool Find(string? hash, out byte[]? content)
    {
        content = hash is null ? null : contents(hash);
        return hash is null || content is not null;
    }

    private (byte[]? Content, string? Reason) Merge(byte[]? content, EditStep step)
    {
        if (content is null)
            return (null, "it was deleted since");
        if (step.To.Hash is null)
            return (null, "it was changed since, so it is not deleted");
        if (step.From.Hash is null)
            return (null, "somebody made a new file in its place");
        if (!Find(step.From.Hash, out var from) || !Find(step.To.Hash, out var to))
            return (null, "what it held is not stored any more");
        if (TextEncoding.LooksBinary(content) || TextEncoding.LooksBinary(from) || TextEncoding.LooksBinary(to))
            return (null, "it was changed since and is no text that could be merged");

        var encoding = TextEncoding.Detect(content);
        var merge = ThreeWayMerge.Of(TextOf(from!), encoding.Decode(content), TextOf(to!));
        if (merge.Text is not { } text)
            return (null, $"the same lines were changed since (line {string.Join(", ", merge.Conflicts)})");
        try
        {
            return (encoding.Encode(text), null);
        }
        catch (UnspellableTextException)
        {
            return (null, "its encoding was changed since");
        }
    }

    private static string TextOf(byte[] bytes) => TextEncoding.Detect(bytes).Decode(bytes);
}
