using System.Globalization;
using MiMoCode.App.Tui.State;
using MiMoCode.Protocol.Messages;
using MiMoCode.Terminal.Markdown;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui.Parts;

/// <summary>One renderer for each kind of part. Null where a kind has nothing to show.</summary>
internal static class PartBlocks
{
    private const int MostMarkdown = 64 * 1024;

    public static Block? Of(ShownPart shown, Message message, ViewContext context) => shown.Part switch
    {
        TextPart { Synthetic: true } or TextPart { Ignored: true } => null,
        TextPart text when message is UserMessage => Said(PlainText.Lines(text.Text, context.Columns, context.Look.Text), message, context),
        FilePart file when message is UserMessage => Said([Badge(file, context)], message, context),
        AgentPart agent when message is UserMessage => Said([StyledLine.Of($"@{agent.Name}", context.Look.Secondary)], message, context),
        SubtaskPart task => Said([StyledLine.Of($"/{task.Command ?? task.Agent} {PlainText.FirstLine(task.Description)}", context.Look.Secondary)], message, context),
        TextPart text => text.Text.AsSpan().Trim().IsEmpty ? null : new Block(Answer(text.Text, context)),
        ReasoningPart reasoning => reasoning.Text.Trim() is { Length: > 0 } thought ? Thought(PlainText.Lines(thought, context.Columns, context.Look.Thought), reasoning, context) : null,
        ToolPart call => ToolBlocks.Of(call, context),
        RetryPart retry => Row($"↻ attempt {retry.Attempt} failed: {PlainText.FirstLine(retry.Error.Data.Message)}", context.Look.Warning, context),
        CompactionPart => Mark("the conversation before this was summarised", context),
        CheckpointPart { CheckpointNumber: 0 } => Mark("a fresh window begins", context),
        CheckpointPart checkpoint => Mark($"rebuilt from checkpoint {checkpoint.CheckpointNumber}", context),
        _ => null,
    };

    /// <summary>What a model thinks, or its heading alone.</summary>
    public static Block Thought(IReadOnlyList<StyledLine> text, ReasoningPart part, ViewContext context)
    {
        var opened = context.Thinking != context.Opened.Contains(part.Id);
        var heading = part.Time.End is { } end
            ? $"Thought · {Duration(end - part.Time.Start)}"
            : "Thinking";
        StyledLine[] head = [StyledLine.Of((opened ? "" : "+ ") + heading, context.Look.Muted.With(TextAttributes.Bold))];
        return new Block(opened ? new JoinedLines(head, text) : head) { Bar = context.Look.Border, Indent = 3, Opens = part.Id };
    }

    /// <summary>What stands below a reply: an error, and who answered in what time.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="start">When its turn began.</param>
    /// <param name="context">How it is to look.</param>
    public static IEnumerable<Block> Footer(AssistantMessage reply, DateTimeOffset start, ViewContext context)
    {
        var look = context.Look;
        if (reply.Error is { Name: not MessageError.Aborted } error)
        {
            var more = error.Data.StatusCode is { } status ? $" (status {status.ToString(CultureInfo.InvariantCulture)})" : "";
            yield return new Block(PlainText.Lines($"✗ {error.Data.Message}{more}", context.Columns, look.Error, 12, look.Muted)) { Bar = look.Error };
        }

        if (reply.Finish is null or StopReason.ToolCalls)
            yield break;
        var took = reply.Time.Completed is { } completed ? $" · {Duration(completed - start)}" : "";
        var stopped = reply.Finish is StopReason.Aborted ? " · interrupted" : "";
        yield return new Block(
            [new StyledLine([new Span("▣ ", context.Agents[reply.Agent]), new Span($"{Capital(reply.Agent)} · {reply.ModelId}{took}{stopped}", look.Muted)])]);
    }

    /// <summary>A time as people read it.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):0.0}s"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0}s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}m {time.Seconds}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}h {time.Minutes}m"),
    };

    /// <summary>A name with a capital letter.</summary>
    public static string Capital(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];

    // The rest of a text that is longer than any answer is shown as it stands, laid out line by line as it is looked at.
    private static IReadOnlyList<StyledLine> Answer(string text, ViewContext context)
    {
        var look = context.Look;
        if (text.Length <= MostMarkdown)
            return MarkdownText.Of(text, context.Columns, look.Markdown);
        var end = text.LastIndexOf('\n', MostMarkdown) is > 0 and var feed ? feed : PlainText.EndOfPiece(text.AsSpan(0, MostMarkdown), MostMarkdown - PlainText.LongestRow - 1);
        return new JoinedLines(MarkdownText.Of(text[..end], context.Columns, look.Markdown), PlainText.Lines(text[end..].TrimStart('\n'), context.Columns, look.Text));
    }

    private static Block Said(IReadOnlyList<StyledLine> lines, Message message, ViewContext context) =>
        new(lines) { Bar = context.Agents[message.Agent], Ground = context.Look.Panel, Indent = 2, Tight = true };

    private static StyledLine Badge(FilePart file, ViewContext context)
    {
        var kind = file.Mime.StartsWith("image/", StringComparison.Ordinal) ? "img" : file.Mime switch
        {
            "application/pdf" => "pdf",
            "application/x-directory" => "dir",
            _ => "txt",
        };
        return new StyledLine([new Span($" {kind} ", context.Look.Selected), new Span($" {file.Filename ?? Fit.Cut(file.Url, 60)}{Lines(file.Url)}", context.Look.Muted)]);
    }

    // Which lines of it, as people write it: #3-9.
    private static string Lines(string url)
    {
        if (url.IndexOf("?start=", StringComparison.Ordinal) is not (>= 0 and var query) || !url.StartsWith("file:", StringComparison.Ordinal))
            return "";
        return Fit.Cut(string.Concat("#", url[(query + "?start=".Length)..].Replace("&end=", "-", StringComparison.Ordinal)), 20);
    }

    private static Block Row(string text, CellStyle style, ViewContext context) =>
        new([StyledLine.Of(Fit.Cut(text, context.Columns), style)]) { Tight = true };

    private static Block Mark(string text, ViewContext context)
    {
        var side = new string('─', Math.Max(2, (context.Columns - TextWidth.Of(text) - 2) / 2));
        return new Block([StyledLine.Of(Fit.Cut($"{side} {text} {side}", context.Columns), context.Look.Muted)]);
    }
}
