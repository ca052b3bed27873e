using MiMoCode.App.Tui.Looks;

namespace MiMoCode.App.Tui.Settings;

/// <summary>What <c>tui.json</c> and the environment say about the interface.</summary>
internal sealed record TuiSettings
{
    public string Theme { get; init; } = Themes.Default;

    public bool Dark { get; init; } = true;

    public bool Mouse { get; init; } = true;

    public bool Title { get; init; } = true;

    /// <summary>False to draw on the screen of the shell, where the last picture stays when the program ends.</summary>
    public bool AlternateScreen { get; init; } = true;

    /// <summary>Lines that a turn of the wheel scrolls by.</summary>
    public double ScrollSpeed { get; init; } = 3;

    /// <summary>False when diffs are never shown side by side.</summary>
    public bool SplitDiffs { get; init; } = true;

    /// <summary>Keys by the name of their command.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; init; } = new Dictionary<string, string>();

    /// <summary>What was wrong with the files.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
}
