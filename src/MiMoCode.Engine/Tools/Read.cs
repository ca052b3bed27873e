using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Tools;

/// <summary>What the model may say when it calls <see cref="ReadTool"/>.</summary>
internal sealed record ReadArgs(
    [property: Description("The file, absolute or relative to the project.")] string FilePath,
    [property: Description("The line to begin with, counted from 1.")] int? Offset = null,
    [property: Description("How many lines; 2000 when left out, which is the most.")] int? Limit = null);

/// <summary>Shows a file by numbered lines, or a picture or PDF as it is. The model reads read.md.</summary>
internal sealed class ReadTool(ReadLedger ledger, TimeProvider clock) : Tool<ReadArgs>("read", ToolJson.Default.ReadArgs)
{
    private const int MostLines = 2_000;
    private const int SmallWindow = 64_000;

    /// <summary>Larger files are read by pieces and cannot be changed with the tools here.</summary>
    private const ulong LargestWhole = 16 << 20;

    protected override ValueTask<ToolPlan> PlanAsync(ReadArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        if (args.Offset is < 0 || args.Limit is <= 0)
            throw new ToolException("offset counts lines from 1, and limit is at least 1.");
        var target = TargetPath.Of(args.FilePath, context);
        return new(new ToolPlan(target.Accesses("read"), stopping => ReadAsync(args, target, context, stopping), Exclusive: false));
    }

    private async Task<ToolResult> ReadAsync(ReadArgs args, TargetPath target, ToolContext context, CancellationToken cancellationToken)
    {
        using var file = OpenFile.At(target) ?? throw new ToolException(NearNames.Missing(target, context));
        var (first, most) = (Math.Max(args.Offset ?? 1, 1), Math.Min(args.Limit ?? MostLines, MostLines));
        var head = new byte[8192];
        head = head[..RandomAccess.Read(file.Handle, head, 0)];
        if (MediaFile.Detect(head) is { } media)
            return Attach(media, file, target, context);
        if (TextEncoding.LooksBinary(head))
            throw new ToolException($"{target.Shown} is a binary file of {file.Status.Length} bytes, so there is no text to show. Look at it with a program.");

        if (file.Status.Length > LargestWhole)
            return await LargeAsync(file, target, first, most, cancellationToken);
        var bytes = file.ReadWhole();
        var encoding = TextEncoding.Detect(bytes);
        // A small window shows a part of a page only; what it does not show can be searched.
        var isSmall = context.Session.Turn.Model.ContextLimit <= SmallWindow;
        var (page, total) = LinePage.Of(encoding.Decode(bytes), first, most, isSmall ? 2 * LinePage.MostCharacters : LinePage.MostCharacters);
        var result = Show(page, total, target, encoding == TextEncoding.Utf8 ? "" : $"[the file is encoded as {encoding.Name}, which edits keep]");
        var hash = FileSnapshot.HashOf(bytes);
        ledger.Saw(context.Session, target.Real, hash);
        return result with { Details = result.Details is FileDetails details ? details with { Hash = hash } : result.Details };
    }

    private static async Task<ToolResult> LargeAsync(
        OpenFile file, TargetPath target, int first, int most, CancellationToken cancellationToken)
    {
        var (page, total) = await LinePage.OfAsync(file, first, most, cancellationToken);
        return Show(page, total, target, $"[a large file: {file.Status.Length >> 20} MB; search it with grep]");
    }

    /// <param name="page">What is shown.</param>
    /// <param name="total">Lines of the file; null: not counted, but more than are shown.</param>
    /// <param name="target">The file.</param>
    /// <param name="remark">What else to know, or nothing.</param>
    private static ToolResult Show(LinePage page, int? total, TargetPath target, string remark)
    {
        if (page.Count == 0 && total is not 0)
            throw new ToolException($"{target.Shown} has only {total} lines, so there is nothing from line {page.First} on.");
        var isCut = total is null || page.Last < total;
        var place = (total, isCut) switch
        {
            (0, _) => "[the file is empty]",
            (_, true) => string.Create(CultureInfo.InvariantCulture,
                $"[lines {page.First}-{page.Last} of {total?.ToString(CultureInfo.InvariantCulture) ?? "more"}; continue with offset {page.Last + 1}]"),
            _ => "",
        };
        ImmutableArray<string> parts = [.. new[] { page.ToString(), place, remark }.Where(part => part.Length > 0)];
        return new ToolResult(
            string.Join('\n', parts), target.Shown, new FileDetails(target.Shown, page.First, page.Count, isCut && total is not 0));
    }

    private ToolResult Attach(MediaFile media, OpenFile file, TargetPath target, ToolContext context)
    {
        media.RequireFits(file.Status.Length, target.Shown);
        var url = $"data:{media.Mime};base64,{Convert.ToBase64String(file.ReadWhole())}";
        return new ToolResult(
            $"{target.Shown} is attached ({media.Describe()}, {file.Status.Length} bytes).", target.Shown, new FileDetails(target.Shown))
        {
            Attachments =
            [
                new FilePart(media.Mime, url, Path.GetFileName(target.Written))
                {
                    Id = Ids.Part(clock), SessionId = context.Session.Id, MessageId = context.Call.MessageId,
                },
            ],
        };
    }
}
