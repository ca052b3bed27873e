namespace MiMoCode.App.Tui.Commands;

/// <summary>Something that people can ask the interface for, by a key, by a word after /, or from the list of all.</summary>
/// <param name="Name">The name that key tables use.</param>
/// <param name="Title">What it does, for lists.</param>
/// <param name="Group">The heading it stands under.</param>
/// <param name="Run">Does it, with the words after the slash command.</param>
internal sealed record UiCommand(string Name, string Title, string Group, Action<string> Run)
{
    /// <summary>Its words after the slash; the first is shown.</summary>
    public IReadOnlyList<string> Slash { get; init; } = [];
}
