using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Engine.Tools.Web;

namespace MiMoCode.Engine.Tools;

/// <summary>What the built-in tools are made from.</summary>
internal sealed record ToolParts
{
    /// <summary>Changes files, and journals it.</summary>
    public required EditWriter Writer { get; init; }

    /// <summary>The one that <see cref="Writer"/> asks.</summary>
    public required ReadLedger Ledger { get; init; }

    /// <summary>What searches may show.</summary>
    public required Sight Sight { get; init; }

    public required WebPages Pages { get; init; }

    public required AskQuestions Ask { get; init; }

    /// <summary>Finds words in what was said and done.</summary>
    public required HistorySearch Search { get; init; }

    public required HistoryPages History { get; init; }

    public required MemoryFiles Memory { get; init; }

    public bool DisableMemoryWrite { get; init; }

    public required ProcessRunner Processes { get; init; }

    public required JobTable Jobs { get; init; }

    /// <summary>Enters what commands changed.</summary>
    public required ShellJournal ShellJournal { get; init; }

    /// <summary>The user's home, which commands may name as ~.</summary>
    public required string Home { get; init; }

    /// <summary>Where long outputs are kept.</summary>
    public required string OutputFolder { get; init; }

    public required TimeProvider Clock { get; init; }
}

/// <summary>The tools that are always there. A new one is a line here.</summary>
internal static class BuiltIn
{
    public static IEnumerable<ITool> All(ToolParts parts)
    {
        var searching = new Searching(parts.Sight, parts.Clock);
        return
        [
            new ReadTool(parts.Ledger, parts.Clock),
            new WriteTool(parts.Writer),
            new EditTool(parts.Writer),
            new MultiEditTool(parts.Writer),
            new ApplyPatchTool(parts.Writer),
            new GlobTool(searching),
            new GrepTool(searching, new Ripgrep(parts.Processes)),
            new ListTool(searching),
            new BashTool(parts.Processes, parts.Jobs, parts.ShellJournal, parts.Home, parts.OutputFolder, parts.Clock),
            new JobTool(parts.Jobs, parts.Clock),
            new WebFetchTool(parts.Pages),
            new HistoryTool(parts.Search, parts.History),
            new MemoryTool(parts.Memory, parts.DisableMemoryWrite, parts.Clock),
            new QuestionTool(parts.Ask, parts.Clock),
        ];
    }
}
