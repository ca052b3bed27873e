using MiMoCode.Protocol.Messages;

namespace MiMoCode.App.Tui;

/// <summary>What the command line asks for.</summary>
internal sealed record TuiOptions
{
    /// <summary>A session is shown first, not the first page.</summary>
    public bool GoesOn { get; init; }

    /// <summary>Go on in a copy of that session.</summary>
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
