using System.Buffers;
using System.Text.Json;
using MiMoCode.App.Tui.Looks;
using MiMoCode.Protocol.Messages;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui.Parts;

/// <summary>A tool call: a row, and below it what its details show. Draws kinds of details, never tools.</summary>
internal static class ToolBlocks
{
    private const int Indent = 2;
    private const int MostOutput = 10;
    private static readonly SearchValues<char> Numbers = SearchValues.Create("0123456789.");
    private const int MostDiff = 40;
    private const int MostRows = 12;
    private const int ShortRemark = 40;

    /// <summary>Null when the call is not to be shown.</summary>
    public static Block? Of(ToolPart call, ViewContext context)
    {
        if (!context.Details && call.State is ToolCompleted)
            return null;
        var opened = context.Opened.Contains(call.Id);
        var details = Details.FromMetadata(MetadataOf(call.State));
        List<StyledLine> row = [.. StyledWrap.Lines(Row(call, details, context), context.Columns, others: [new Span("  ", default)]).Take(opened ? int.MaxValue : 2)];
        var below = call.State is ToolFailed failed
            ? PlainText.Lines(failed.Error, context.Columns, context.Look.Error, opened ? int.MaxValue : 3, context.Look.Muted, Indent)
            : Below(call, details, context, opened);
        return new Block(below.Count == 0 ? row : new JoinedLines(row, below)) { Tight = below.Count == 0, Opens = call.Id };
    }

    private static List<Span> Row(ToolPart call, Details? details, ViewContext context)
    {
        var look = context.Look;
        var (mark, style) = call.State switch
        {
            ToolFailed => ("✗", look.Error),
            _ when context.Asking.Contains(call.CallId) => ("△", look.Warning),
            ToolPending or ToolRunning => ("~", look.Text),
            _ => (IconOf(details), look.Muted),
        };
        var spans = new List<Span> { new($"{mark} {call.Tool} ", style), new(Title(call, details), style) };
        if (details is DiffDetails diff)
            spans.AddRange([new Span($"  +{diff.Additions}", look.Success), new Span($" -{diff.Deletions}", look.Error)]);
        else if (details is TextDetails text && IsShort(text))
            spans.Add(new Span($" · {text.Text.Trim()}", look.Muted));
        return spans;
    }

    // A remark such as "2 matches" stands behind its call; only more than that gets lines of its own.
    private static bool IsShort(TextDetails text) => text.Text.Length <= ShortRemark && !text.Text.AsSpan().Trim().ContainsAny('\n', '\e', '\t');

    private static string Title(ToolPart call, Details? details) => (call.State, details) switch
    {
        (_, CommandDetails command) => PlainText.FirstLine(command.Description ?? command.Command),
        (_, DiffDetails diff) => diff.FilePath,
        (_, FileDetails file) => file.Lines > 0 ? $"{file.FilePath} ({file.FirstLine}-{file.FirstLine + file.Lines - 1})" : file.FilePath,
        (ToolCompleted completed, _) when completed.Title.Length > 0 => PlainText.FirstLine(completed.Title),
        _ => Arguments(call.State),
    };

    /// <summary>The arguments on one line: what the call says of itself, else the values of those that are no whole texts.</summary>
    private static string Arguments(ToolState state) => state.Input.ValueKind is not JsonValueKind.Object
        ? ""
        : state.Input.TryGetProperty("description", out var about) && about.ValueKind is JsonValueKind.String && about.GetString() is { Length: > 0 } said
        ? Fit.Cut(PlainText.FirstLine(said), 100)
        : string.Join(' ', state.Input.EnumerateObject()
            .Where(argument => argument.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True)
            .Select(argument => argument.Value.ToString()).Where(value => !value.Contains('\n', StringComparison.Ordinal))
            .Select(value => Fit.Cut(PlainText.Clean(value), 60)).Take(3));

    private static IReadOnlyList<StyledLine> Below(ToolPart call, Details? details, ViewContext context, bool opened)
    {
        var look = context.Look;
        return details switch
        {
            CommandDetails command => OfCommand(command, context, opened),
            DiffDetails diff => Limited(DiffLines.Of(diff.Diff, context.Columns, context.SplitDiffs, look, Indent), opened, MostDiff, look),
            TableDetails table => Limited([.. OfTable(table, context.Columns - Indent, look).Select(Indented)], opened, MostRows, look),
            TextDetails text when IsShort(text) => [],
            TextDetails text => Text(text.Text, opened),
            _ when opened && call.State is ToolCompleted { Output.Length: > 0 } completed => Text(completed.Output, opened),
            _ => [],
        };

        IReadOnlyList<StyledLine> Text(string text, bool opened) =>
            PlainText.Lines(text, context.Columns, look.Muted, opened ? int.MaxValue : MostOutput, look.Muted, Indent);
    }

    private static JoinedLines OfCommand(CommandDetails command, ViewContext context, bool opened)
    {
        var look = context.Look;
        // As it is: what a control character does must be seen.
        IEnumerable<StyledLine> line = command.Description is null ? [] : StyledWrap.Lines([new Span("$ " + command.Command, look.Text)], context.Columns - Indent).Select(Indented);
        var output = command.Output.Length == 0 ? [] : PlainText.Lines(command.Output, context.Columns, look.Muted, opened ? int.MaxValue : MostOutput, look.Muted, Indent);
        StyledLine[] exit = command.Exit is null or 0 ? [] : [Indented(StyledLine.Of($"exit {command.Exit}", look.Error))];
        return new JoinedLines([.. line.Take(opened ? int.MaxValue : 6)], output, exit);
    }

    private static List<StyledLine> OfTable(TableDetails table, int columns, Look look)
    {
        if (table.Columns is ["status", "todo"])
            return [.. table.Rows.Select(row => TodoLine(row[0], row[1], columns, look))];
        var widths = table.Columns.Select((name, at) => Math.Min(40, table.Rows.Select(row => TextWidth.Of(row[at])).Append(TextWidth.Of(name)).Max())).ToArray();
        var lines = new List<StyledLine> { StyledLine.Of(Fit.Cut(Joined(table.Columns), columns), look.Muted.With(TextAttributes.Bold)) };
        lines.AddRange(table.Rows.Select(row => StyledLine.Of(Fit.Cut(Joined(row), columns), look.Muted)));
        return lines;

        string Joined(IReadOnlyList<string> row) => string.Join("  ", row.Select((cell, at) => Fit.Pad(PlainText.FirstLine(cell), widths[at]))).TrimEnd();
    }

    /// <summary>An entry of a list of things to do.</summary>
    public static StyledLine TodoLine(string status, string content, int columns, Look look)
    {
        var (mark, style) = status switch
        {
            "completed" => ("[✓] ", look.Muted),
            "in_progress" => ("[•] ", look.Warning),
            "cancelled" => ("[-] ", look.Muted.With(TextAttributes.Strike)),
            _ => ("[ ] ", look.Text),
        };
        var text = PlainText.FirstLine(content);
        return StyledLine.Of(Fit.Cut(new string(' ', 2 * DepthOf(text)) + mark + text, columns), style);
    }

    // Tasks carry their place in the tree: T2.1 is a part of T2.
    private static int DepthOf(string content)
    {
        var end = content.AsSpan().IndexOf(' ');
        var id = content.AsSpan(0, Math.Max(0, end));
        return id is ['T', _, ..] && !id[1..].ContainsAnyExcept(Numbers) ? Math.Min(4, id.Count('.')) : 0;
    }

    private static IReadOnlyList<StyledLine> Limited(IReadOnlyList<StyledLine> lines, bool opened, int most, Look look) =>
        opened || lines.Count <= most + 1 ? lines : [.. lines.Take(most), Indented(StyledLine.Of($"… {lines.Count - most} more lines", look.Muted))];

    private static StyledLine Indented(StyledLine line) => line with { Spans = [new Span("  ", default), .. line.Spans], Gutter = line.Gutter + Indent };

    private static string IconOf(Details? details) => details switch
    {
        CommandDetails => "$",
        DiffDetails => "←",
        FileDetails => "→",
        TableDetails => "≡",
        _ => "⚙",
    };

    private static JsonElement? MetadataOf(ToolState state) => state switch
    {
        ToolRunning running => running.Metadata,
        ToolCompleted completed => completed.Metadata,
        ToolFailed failed => failed.Metadata,
        _ => null,
    };
}
