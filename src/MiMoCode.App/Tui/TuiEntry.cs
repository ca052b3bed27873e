using MiMoCode.Engine;

namespace MiMoCode.App.Tui;

/// <summary>What the program gives the interface to start with.</summary>
internal sealed record TuiEntry
{
    /// <summary>What a workspace in a folder is opened with.</summary>
    public required Func<string, WorkspaceOptions> WorkspaceIn { get; init; }

    /// <summary>Lines that a person types before the screen is ours.</summary>
    public required Func<TextReader> In { get; init; }

    /// <summary>For what goes wrong before the screen is ours, and for the words of farewell.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>What was piped in; null when nothing was. Never waits for a pipe that stays silent.</summary>
    public required Func<CancellationToken, Task<string?>> ReadPipedAsync { get; init; }

    /// <summary>Opens a workspace together with a server on it.</summary>
    public required WorkspaceServer ServeAsync { get; init; }

    /// <summary>Connects with a server instead.</summary>
    public required RemoteOpener ConnectAsync { get; init; }
}
