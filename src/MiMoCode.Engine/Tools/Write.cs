using System.ComponentModel;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;

namespace MiMoCode.Engine.Tools;

/// <summary>What the model may say when it calls <see cref="WriteTool"/>.</summary>
internal sealed record WriteArgs(
    [property: Description("The file, absolute or relative to the project; missing folders are made.")] string FilePath,
    [property: Description("The whole content.")] string Content);

/// <summary>Makes a file, or replaces a whole one. The model reads write.md.</summary>
internal sealed class WriteTool(EditWriter writer) : Tool<WriteArgs>("write", ToolJson.Default.WriteArgs)
{
    protected override ValueTask<ToolPlan> PlanAsync(WriteArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        var target = TargetPath.Of(args.FilePath, context);
        var before = FileSnapshot.Read(target);
        writer.RequireRead(context, before);
        var (old, encoding) = before.Decode();
        var edit = FileEdit.Of(before, encoding, old, Adopt(args.Content, old));
        return new(new ToolPlan(target.Accesses("edit", edit.Details), stopping => WriteAsync(edit, context, stopping)));
    }

    private async Task<ToolResult> WriteAsync(FileEdit edit, ToolContext context, CancellationToken cancellationToken)
    {
        if (edit.Change.Before.Bytes is { } old && edit.Change.After.AsSpan().SequenceEqual(old))
            return new ToolResult($"{edit.Details.FilePath} has this content already; nothing was written.", edit.Details.FilePath, edit.Details);
        await writer.WriteAsync(context, [edit.Change], cancellationToken);
        return new ToolResult($"{edit.Summary}.", edit.Details.FilePath, edit.Details);
    }

    /// <summary>Models write \n; a file in which every line ends with \r\n keeps that.</summary>
    private static string Adopt(string content, string? old)
    {
        if (old is null || content.Contains('\r', StringComparison.Ordinal) || !old.Contains('\n', StringComparison.Ordinal))
            return content;
        var endings = new LineEndings(old);
        return endings.Plain.AsSpan().Count('\n') == old.Length - endings.Plain.Length
            ? content.Replace("\n", "\r\n", StringComparison.Ordinal) : content;
    }
}
