using System.ComponentModel;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;

namespace MiMoCode.Engine.Tools;

/// <summary>What the model may say when it calls <see cref="EditTool"/>.</summary>
internal sealed record EditArgs(
    [property: Description("The file, absolute or relative to the project.")] string FilePath,
    [property: Description("The text to replace, exactly as it stands in the file; empty to make a new file.")] string OldString,
    [property: Description("The text to put in its place.")] string NewString,
    [property: Description("Replace every occurrence instead of exactly one.")] bool ReplaceAll = false);

/// <summary>Replaces text in one file, or makes one. The model reads edit.md.</summary>
internal sealed class EditTool(EditWriter writer) : Tool<EditArgs>("edit", ToolJson.Default.EditArgs)
{
    protected override ValueTask<ToolPlan> PlanAsync(EditArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        var target = TargetPath.Of(args.FilePath, context);
        var before = FileSnapshot.Read(target);

        writer.RequireUnchanged(context, before);
        var (old, encoding) = before.Decode();
        var outcome = EditMatcher.Apply(old, args.OldString, args.NewString, args.ReplaceAll);

        // Who names the old text exactly knows it, wherever it was seen. What a failed match tells about a file is only for those who read it.
        if (outcome is not EditOutcome.Matched { Level: MatchLevel.Exact })
            writer.RequireRead(context, before);
        var matched = Match(outcome, target);
        var edit = FileEdit.Of(before, encoding, old, matched.Text);
        return new(new ToolPlan(target.Accesses("edit", edit.Details), stopping => WriteAsync(edit, matched, context, stopping)));
    }

    private async Task<ToolResult> WriteAsync(
        FileEdit edit, EditOutcome.Matched matched, ToolContext context, CancellationToken cancellationToken)
    {
        await writer.WriteAsync(context, [edit.Change], cancellationToken);
        var places = matched.Edits.Count > 1 ? $" in {matched.Edits.Count} places" : "";
        return new ToolResult($"{edit.Summary}{places}.{Looseness(matched.Level)}", edit.Details.FilePath, edit.Details);
    }

    /// <summary>The match, or its failure as the model is told.</summary>
    public static EditOutcome.Matched Match(EditOutcome outcome, TargetPath target, string where = "") => outcome switch
    {
        EditOutcome.Matched matched => matched,
        EditOutcome.Failed failed => throw new ToolException($"{target.Shown}{where}: {failed.Message}"),
        _ => throw new InvalidOperationException($"{outcome.GetType().Name} is no outcome."),
    };

    /// <summary>A hint when the old text was not quite what the file holds.</summary>
    public static string Looseness(MatchLevel level) => level switch
    {
        MatchLevel.Exact => "",
        MatchLevel.TrailingBlanks => " oldString matched apart from blanks at line ends.",
        MatchLevel.Indentation => " oldString matched apart from its indentation, which newString was given too.",
        MatchLevel.Escapes => " oldString matched after its escapes were resolved.",
        MatchLevel.Punctuation => " oldString matched apart from the kind of quotes or dashes.",
        MatchLevel.Anchors => " oldString matched by its first and last lines; check the result.",
        _ => " oldString matched apart from blanks.",
    };
}
