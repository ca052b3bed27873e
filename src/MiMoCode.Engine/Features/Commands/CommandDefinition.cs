namespace MiMoCode.Engine.Features.Commands;

/// <summary>A slash command as data: a prompt with places for what is typed behind it, and who is to answer.</summary>
internal sealed record CommandDefinition(string Name, string Template)
{
    public string Description { get; init; } = "";

    /// <summary>The template is given as it stands, with what is typed behind it: nothing in it is filled, run or read.</summary>
    public bool IsLiteral { get; init; }

    /// <summary>The agent that answers; the session's when null.</summary>
    public string? Agent { get; init; }

    /// <summary>The model that answers, as provider/model; the session's when null.</summary>
    public string? Model { get; init; }
}
