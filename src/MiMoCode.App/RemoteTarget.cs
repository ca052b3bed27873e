using MiMoCode.Engine;
using MiMoCode.Protocol;

namespace MiMoCode.App;

/// <summary>A server as people name it.</summary>
/// <param name="Url">With http:// or https://.</param>
/// <param name="Username">Null: the usual one.</param>
/// <param name="Password">Null: the one of the environment, if there is one.</param>
/// <param name="Directory">The folder on the server; null for the one that it was started in.</param>
internal sealed record RemoteTarget(string Url, string? Username, string? Password, string? Directory);

/// <summary>Connects with a server. Throws a <see cref="UserException"/> when it cannot be reached or refuses.</summary>
internal delegate Task<IMimoClient> RemoteOpener(RemoteTarget target, CancellationToken cancellationToken);

/// <summary>Opens a workspace together with a server on it. Throws a <see cref="UserException"/> when it cannot listen there.</summary>
internal delegate Task<ServedWorkspace> WorkspaceServer(WorkspaceOptions options, string? host, int? port, CancellationToken cancellationToken);

/// <summary>A workspace that a server shares with us, and what a person must know to use it.</summary>
internal sealed record ServedWorkspace(Workspace Workspace, string Words, IAsyncDisposable Owner);
