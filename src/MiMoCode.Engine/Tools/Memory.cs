using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Tools;

/// <summary>What the model may say when it calls <see cref="MemoryTool"/>.</summary>
internal sealed record MemoryArgs(
    [property: Description("note: add a line to your notes; search: find lines; list: the files; read: one of them. Left out: search.")] MemoryAction? Action = null,
    [property: Description("For note: what to remember, with its reason.")] string? Text = null,
    [property: Description("For search: words; all of them, or as many as possible, have to stand in a line.")] string? Query = null,
    [property: Description("For read: the file, as list shows it.")] string? File = null);

/// <summary>What to do with memory.</summary>
internal enum MemoryAction
{
    [JsonStringEnumMemberName("note")] Note,
    [JsonStringEnumMemberName("search")] Search,
    [JsonStringEnumMemberName("list")] List,
    [JsonStringEnumMemberName("read")] Read,
}

/// <summary>Notes what is to be remembered, and finds it again. The model reads memory.md.</summary>
internal sealed class MemoryTool(MemoryFiles files, bool disableWrite, TimeProvider clock) : Tool<MemoryArgs>("memory", ToolJson.Default.MemoryArgs)
{
    private const int MostLines = 40, LongestLine = 600, LongestFile = 30_000;

    protected override ValueTask<ToolPlan> PlanAsync(MemoryArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        var root = context.Session.RootId;
        var action = args.Action ?? (args.Text is null ? MemoryAction.Search : MemoryAction.Note);
        Func<CancellationToken, Task<ToolResult>> run = action switch
        {
            MemoryAction.Note when disableWrite => throw new ToolException("Memory is read-only here (memory.disable_write)."),
            MemoryAction.Note when args.Text is { Length: > 0 } text => stopping => NoteAsync(text, root, stopping),
            MemoryAction.Search when args.Query is { Length: > 0 } query => _ => Task.FromResult(Search(query, root)),
            MemoryAction.List => _ => Task.FromResult(List(root)),
            MemoryAction.Read when args.File is { } file => _ => Task.FromResult(Read(file, root)),
            MemoryAction.Note => throw new ToolException("text is missing: what to remember."),
            MemoryAction.Search => throw new ToolException("query is missing: the words to find."),
            _ => throw new ToolException("file is missing: one of those that list shows."),
        };
        return new(new ToolPlan([new Access("memory", action.ToString().ToLowerInvariant(), "*")], run, Exclusive: action is MemoryAction.Note));
    }

    private async Task<ToolResult> NoteAsync(string text, string root, CancellationToken cancellationToken)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"- {clock.GetUtcNow():yyyy-MM-dd HH:mm} {text.ReplaceLineEndings("\n  ")}\n");
        await MemoryFiles.AppendAsync(files.Notes(root), line, cancellationToken);
        return new ToolResult("Noted.", "Noted", new TextDetails(text));
    }

    private ToolResult Search(string query, string root)
    {
        var hits = MemoryLines.Find(files.Files(root), query).Take(MostLines)
            .Select(line => $"{line.Path}:{line.Number}: {(line.Text.Length <= LongestLine ? line.Text : line.Text[..LongestLine])}").ToList();
        return hits.Count is 0
            ? new ToolResult("Nothing in memory says so. history searches everything that was ever said or done in this project.", "0 lines")
            : new ToolResult(string.Join('\n', hits), $"{hits.Count} lines");
    }

    private ToolResult List(string root)
    {
        var text = new StringBuilder();
        foreach (var file in files.Files(root))
            text.Append(CultureInfo.InvariantCulture, $"{file}  {new FileInfo(file).Length} bytes\n");
        return new ToolResult(text.Length is 0 ? "Nothing is remembered yet." : text.ToString(), "Memory files");
    }

    private ToolResult Read(string file, string root)
    {
        var name = file.Replace('\\', '/');
        var path = files.Files(root).FirstOrDefault(known => known.Replace('\\', '/') is var own && (own == name || own.EndsWith("/" + name, StringComparison.Ordinal)))
            ?? throw new ToolException($"{file} is no memory file of this project. Use list to see them.");
        var text = MemoryFiles.Read(path).Text;
        return new ToolResult(text.Length <= LongestFile ? text : $"{text[..LongestFile]}\n(the rest: search it)", path);
    }
}
