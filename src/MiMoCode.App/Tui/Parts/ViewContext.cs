using System.Collections.Immutable;
using MiMoCode.App.Tui.Looks;
using MiMoCode.Terminal.Screen;

namespace MiMoCode.App.Tui.Parts;

/// <summary>Everything besides a message itself that decides how it looks. Two equal ones give the same lines.</summary>
/// <param name="Width">Columns of the conversation.</param>
/// <param name="Look">The styles.</param>
/// <param name="Agents">The colours of the agents.</param>
internal sealed record ViewContext(int Width, Look Look, AgentColors Agents)
{
    /// <summary>Columns at the left of blocks, and one at the right.</summary>
    public const int Margins = 4;

    /// <summary>What models thought is shown whole.</summary>
    public bool Thinking { get; init; } = true;

    /// <summary>Calls that are done are shown.</summary>
    public bool Details { get; init; } = true;

    /// <summary>Diffs stand side by side where there is room.</summary>
    public bool SplitDiffs { get; init; } = true;

    /// <summary>Parts that someone opened.</summary>
    public ImmutableHashSet<string> Opened { get; init; } = [];

    /// <summary>Calls that wait for a permission.</summary>
    public ImmutableHashSet<string> Asking { get; init; } = [];

    /// <summary>Columns for text.</summary>
    public int Columns => Math.Max(10, Width - Margins);
}

/// <summary>The colour of each agent.</summary>
internal sealed record AgentColors(ImmutableDictionary<string, CellStyle> Styles, CellStyle Other)
{
    public CellStyle this[string agent] => Styles.GetValueOrDefault(agent, Other);
}
