using System.Collections.Immutable;
using MiMoCode.App.Server.Access;
using MiMoCode.Engine;

namespace MiMoCode.App.Server;

/// <summary>How a server listens and whom it lets in.</summary>
internal sealed record ServerOptions
{
    /// <summary>How workspaces are opened; its directory is the one meant when a client names none.</summary>
    public required WorkspaceOptions Workspace { get; init; }

    /// <summary>The address or host name to listen on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The name that the local network knows it by; null when it is told none.</summary>
    public string? Domain { get; init; }

    /// <summary>0 lets the system choose.</summary>
    public int Port { get; init; }

    /// <summary>Who may come in.</summary>
    public required Login Login { get; init; }

    /// <summary>Web origins that may talk to it besides its own.</summary>
    public ImmutableArray<string> Origins { get; init; } = [];

    /// <summary>Folders that may be opened besides the start folder and known projects.</summary>
    public ImmutableArray<string> Folders { get; init; } = [];

    /// <summary>Where bugs are written, each with the id that the client was told.</summary>
    public required TextWriter Log { get; init; }
}
