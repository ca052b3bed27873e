using MiMoCode.Protocol.Messages;

namespace MiMoCode.App.Tui;

/// <summary>What the command line asks for.</summary>
internal sealed record TuiOptions
{
    /// <summary>The session to show; null for the first page.</summary>
    public string? SessionId { get; init; }

    /// <summary>Go on in a copy of it.</summary>
    public bool Fork { get; init; }

    /// <summary>A prompt that is sent at once.</summary>
    public string? Prompt { get; init; }

    public ModelRef? Model { get; init; }

    public string? Agent { get; init; }

    /// <summary>Permissions are skipped: that is always to be seen.</summary>
    public bool AsksNothing { get; init; }

    /// <summary>Something to know from the start on.</summary>
    public string? Notice { get; init; }

    /// <summary>The program's version.</summary>
    public string Version { get; init; } = "";
}
