using System.Collections.Immutable;

namespace MiMoCode.Engine.Features.Skills;

/// <summary>A way of working that is written down: its name, when to use it, and the text itself. Folder is null for one of the program.</summary>
internal sealed record Skill(string Name, string Description, string Text, string? Folder)
{
    /// <summary>Only people may start it.</summary>
    public bool PeopleOnly { get; init; }

    public ImmutableArray<string> Aliases { get; init; } = [];
}
