using System.ComponentModel;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Tools;

/// <summary>What the model may say when it calls <see cref="ApplyPatchTool"/>.</summary>
internal sealed record ApplyPatchArgs(
    [property: Description("The patch, from *** Begin Patch to *** End Patch.")] string PatchText);

/// <summary>Applies a patch to any number of files, to all or to none. The model reads apply_patch.md.</summary>
internal sealed class ApplyPatchTool(EditWriter writer) : Tool<ApplyPatchArgs>("apply_patch", ToolJson.Default.ApplyPatchArgs)
{
    protected override ValueTask<ToolPlan> PlanAsync(ApplyPatchArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        var edits = EditsOf(args.PatchText, context);
        var details = new DiffDetails(
            edits.Count == 1 ? edits[0].Details.FilePath : $"{edits.Count} files", string.Concat(edits.Select(edit => edit.Details.Diff)),
            edits.Sum(edit => edit.Details.Additions), edits.Sum(edit => edit.Details.Deletions));
        return new(new ToolPlan(
            [.. edits.SelectMany(edit => edit.Change.Before.Target.Accesses("edit", details))],
            stopping => WriteAsync(edits, details, context, stopping)));
    }

    private async Task<ToolResult> WriteAsync(
        List<FileEdit> edits, DiffDetails details, ToolContext context, CancellationToken cancellationToken)
    {
        await writer.WriteAsync(context, [.. edits.Select(edit => edit.Change)], cancellationToken);
        return new ToolResult($"{string.Join('\n', edits.Select(edit => edit.Summary))}", details.FilePath, details);
    }

    private List<FileEdit> EditsOf(string patch, ToolContext context)
    {
        var files = new Dictionary<string, (FileSnapshot Before, string? Text, TextEncoding Encoding)>(StringComparer.Ordinal);
        try
        {
            var steps = PatchEnvelope.Parse(patch);
            var changes = PatchPlan.Of(steps, path => (files[path] = Look(path, context)).Text);
            RequireDistinct(files.Values.Select(file => file.Before.Target));
            var sources = steps.OfType<PatchStep.Update>().Where(update => update.MoveTo is not null).ToLookup(update => update.MoveTo!, update => update.Path);
            return changes.Count > 0
                ? [.. changes.Select(change => EditOf(change, files[change.Path], files[sources[change.Path].FirstOrDefault() ?? change.Path]))]
                : throw new ToolException("The patch would change nothing: the files are already as it wants them.");
        }
        catch (PatchException error)
        {
            throw new ToolException($"{error.Message} Nothing was changed.");
        }
    }

    /// <summary>A file that moves keeps its encoding and mode.</summary>
    private static FileEdit EditOf(
        PatchedFile change, (FileSnapshot Before, string? Text, TextEncoding Encoding) file, (FileSnapshot Before, string? Text, TextEncoding Encoding) source)
    {
        var edit = FileEdit.Of(file.Before, source.Encoding, change.Before, change.After);
        return file.Before.Bytes is null ? edit with { Change = edit.Change with { Mode = source.Before.Mode } } : edit;
    }

    private (FileSnapshot Before, string? Text, TextEncoding Encoding) Look(string path, ToolContext context)
    {
        var before = FileSnapshot.Read(TargetPath.Of(path, context));
        writer.RequireRead(context, before);
        var (text, encoding) = before.Decode();
        return (before, text, encoding);
    }

    private static void RequireDistinct(IEnumerable<TargetPath> targets)
    {
        if (targets.GroupBy(target => target.Real).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ToolException($"{string.Join(" and ", twice.Select(target => target.Shown))} are one file. Call it by one name in the patch.");
    }
}
