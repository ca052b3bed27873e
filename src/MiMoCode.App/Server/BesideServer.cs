using MiMoCode.App.Server.Access;
using MiMoCode.Engine;
using MiMoCode.Protocol;

namespace MiMoCode.App.Server;

/// <summary>A server beside another door of the same process: both work on the same workspace.</summary>
internal sealed class BesideServer : IAsyncDisposable
{
    private readonly HttpServer server;
    private readonly WorkspaceUse use;

    private BesideServer(HttpServer server, WorkspaceUse use, string words) => (this.server, this.use, Words) = (server, use, words);

    /// <summary>The workspace of the folder that the options name.</summary>
    public Workspace Workspace => use.Workspace;

    /// <summary>Where it listens and who may come in, in one line.</summary>
    public string Words { get; }

    /// <summary>Listens from when this returns.</summary>
    /// <exception cref="UserException">The address cannot be listened on, or needs a password.</exception>
    public static async Task<BesideServer> StartAsync(WorkspaceOptions options, string? host, int? port, CancellationToken cancellationToken)
    {
        var address = host ?? "127.0.0.1";
        var (names, set) = (options.Environment.ServerUsernames, options.Environment.ServerPassword);
        if (set is null && !HttpServer.IsLoopback(address))
            throw new UserException($"Listening on {address} needs a password: set MIMOCODE_SERVER_PASSWORD.");
        var password = set ?? Login.NewSecret();
        var server = await HttpServer.StartAsync(
            new ServerOptions { Workspace = options, Host = address, Port = port ?? 0, Login = Login.WithPassword(password, names), Log = TextWriter.Null },
            cancellationToken);
        try
        {
            var use = await server.Workspaces.UseAsync(null, cancellationToken);
            var secret = set is null ? $"password {password}" : "the password of MIMOCODE_SERVER_PASSWORD";
            return new BesideServer(server, use, $"serving at {server.Url.ToString().TrimEnd('/')}, user {names[0]}, {secret}");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await use.DisposeAsync();
        await server.DisposeAsync();
    }
}
