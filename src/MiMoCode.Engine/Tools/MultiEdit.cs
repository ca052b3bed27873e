using System.Collections.Immutable;
using System.ComponentModel;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;

namespace MiMoCode.Engine.Tools;

/// <summary>What the model may say when it calls <see cref="MultiEditTool"/>.</summary>
internal sealed record MultiEditArgs(
    [property: Description("The file, absolute or relative to the project.")] string FilePath,
    [property: Description("The changes, made one after the other.")] ImmutableArray<TextChange> Edits);

/// <summary>One change of a text.</summary>
internal sealed record TextChange(
    [property: Description("The text to replace, exactly as the changes before leave it.")] string OldString,
    [property: Description("The text to put in its place.")] string NewString,
    [property: Description("Replace every occurrence instead of exactly one.")] bool ReplaceAll = false);

/// <summary>Makes several changes in one file, all or none. The model reads multiedit.md.</summary>
internal sealed class MultiEditTool(EditWriter writer) : Tool<MultiEditArgs>("multiedit", ToolJson.Default.MultiEditArgs)
{
    protected override ValueTask<ToolPlan> PlanAsync(MultiEditArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        if (args.Edits.IsDefaultOrEmpty)
            throw new ToolException("edits is empty. Give at least one change.");
        var target = TargetPath.Of(args.FilePath, context);
        var before = FileSnapshot.Read(target);
        writer.RequireUnchanged(context, before);
        var (old, encoding) = before.Decode();
        var (text, remarks) = (old, "");
        for (var i = 0; i < args.Edits.Length; i++)
        {
            var (change, where) = (args.Edits[i], $", edit {i + 1} of {args.Edits.Length} (none was made)");
            var outcome = EditMatcher.Apply(text, change.OldString, change.NewString, change.ReplaceAll);
            if (outcome is not EditOutcome.Matched { Level: MatchLevel.Exact })
                writer.RequireRead(context, before);
            var matched = EditTool.Match(outcome, target, where);
            text = matched.Text;
            if (EditTool.Looseness(matched.Level) is { Length: > 0 } looseness)
                remarks += $"\nEdit {i + 1}:{looseness}";
        }

        var edit = FileEdit.Of(before, encoding, old, text);
        return new(new ToolPlan(target.Accesses("edit", edit.Details), stopping => WriteAsync(edit, remarks, context, stopping)));
    }

    private async Task<ToolResult> WriteAsync(FileEdit edit, string remarks, ToolContext context, CancellationToken cancellationToken)
    {
        await writer.WriteAsync(context, [edit.Change], cancellationToken);
        return new ToolResult($"{edit.Summary}.{remarks}", edit.Details.FilePath, edit.Details);
    }
}
