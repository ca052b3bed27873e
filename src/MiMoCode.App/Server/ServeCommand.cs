using System.CommandLine;
using System.Runtime.InteropServices;
using MiMoCode.App.Server.Access;
using MiMoCode.App.Server.Announcing;
using MiMoCode.Engine;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Guard.Permissions;

namespace MiMoCode.App.Server;

/// <summary>What <c>mimo serve</c> is started with.</summary>
/// <param name="Out">The start-up line and nothing else.</param>
/// <param name="Error">Everything people should know.</param>
/// <param name="Workspace">How the start folder is opened.</param>
/// <param name="ProgramName">The name that the program was called by.</param>
internal sealed record ServeContext(TextWriter Out, TextWriter Error, Func<WorkspaceOptions> Workspace, string ProgramName);

/// <summary><c>mimo serve</c>: the engine with a door for programs, until a signal ends it.</summary>
internal static class ServeCommand
{
    public static Command Create(ServeContext context)
    {
        var port = new Option<int?>("--port") { Description = "The port; 0 lets the system choose." };
        var hostname = new Option<string?>("--hostname") { Description = "The address to listen on; anything but this machine needs a password." };
        var cors = new Option<string[]>("--cors") { Description = "A web origin that may talk to it; may be repeated." };
        var folders = new Option<string[]>("--folder") { Description = "A folder that clients may open besides this one and known projects; may be repeated." };
        var noAuth = new Option<bool>("--no-auth") { Description = "Let everybody on this machine in." };
        var mdns = new Option<bool>("--mdns") { Description = "Announce it in the local network, and listen there." };
        var domain = new Option<string?>("--mdns-domain") { Description = "The name to announce it by, ending in .local; mimocode.local unless set." };
        var command = new Command("serve", "Serve sessions over HTTP, with live events.") { port, hostname, cors, folders, noAuth, mdns, domain };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            context,
            new Flags(
                parsed.GetValue(port), parsed.GetValue(hostname), parsed.GetValue(cors) ?? [], parsed.GetValue(folders) ?? [], parsed.GetValue(noAuth),
                parsed.GetValue(mdns), parsed.GetValue(domain)),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ServeContext context, Flags flags, CancellationToken cancellationToken)
    {
        var workspace = context.Workspace() with { AskPolicy = AskPolicy.Wait };
        var config = ConfigLoader.Load(workspace.Environment, workspace.Folders, ProjectFolders.Of(workspace.Directory));
        var settings = config.Config.Server;
        var asOpencode = workspace.Environment.StartedAsOpencode || context.ProgramName is "opencode";
        var domain = flags.Mdns || settings.Mdns ? DomainOf(flags.Domain ?? settings.MdnsDomain ?? "mimocode.local") : null;
        var host = flags.Hostname ?? (domain is not null && config.Explain("server.hostname").IsEmpty ? "0.0.0.0" : settings.Hostname);
        var login = await LoginAsync(context, workspace.Environment, flags.NoAuth, asOpencode, host);

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await using var server = await HttpServer.StartAsync(
            new ServerOptions
            {
                Workspace = workspace,
                Host = host,
                Domain = domain,
                Port = flags.Port ?? settings.Port,
                Login = login,
                Origins = [.. settings.Cors, .. flags.Cors],
                Folders = [.. flags.Folders.Select(Path.GetFullPath)],
                Log = context.Error,
            },
            cancellationToken);
        await using var announced = domain is null
            ? null
            : MulticastResponder.TryStart(server.Url, domain, workspace.Clock, text => context.Error.WriteLine($"mimo: {text}"));
        var reloads = new SemaphoreSlim(0);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            reloads.Release();
        });

        await context.Out.WriteLineAsync($"{(asOpencode ? "opencode" : "mimocode")} server listening on {server.Url.ToString().TrimEnd('/')}");
        await context.Out.FlushAsync(cancellationToken);
        await ReloadUntilEndedAsync(server, reloads, ended.Token);
        return 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            ended.Cancel();
        }
    }

    private static string DomainOf(string name) =>
        name.EndsWith(".local", StringComparison.OrdinalIgnoreCase) && Uri.CheckHostName(name) is UriHostNameType.Dns
            ? name
            : throw new Protocol.UserException($"--mdns-domain takes a host name that ends in .local, not {name}.");

    private static async Task ReloadUntilEndedAsync(HttpServer server, SemaphoreSlim reloads, CancellationToken ended)
    {
        try
        {
            while (true)
            {
                await reloads.WaitAsync(ended);
                await server.Workspaces.ReloadAsync(ended);
            }
        }
        catch (OperationCanceledException)
        {
            // A signal ended it.
        }
    }

    private static async Task<Login> LoginAsync(
        ServeContext context, EnvironmentVariables environment, bool noAuth, bool asOpencode, string host)
    {
        if (noAuth)
        {
            await context.Error.WriteLineAsync("mimo: --no-auth: every program and person on this machine can use this server.");
            return Login.Open();
        }

        if (environment.ServerPassword is { } password)
            return Login.WithPassword(password, environment.ServerUsernames);
        if (!HttpServer.IsLoopback(host))
            throw new Protocol.UserException($"Listening on {host} needs a password: set MIMOCODE_SERVER_PASSWORD.");

        // A client that started us knows no password, but it is the only one that reads our output.
        if (asOpencode)
            return Login.WithSecretPath();
        var made = Login.NewSecret();
        await context.Error.WriteLineAsync($"mimo: log in as {environment.ServerUsernames[0]} with password {made} (MIMOCODE_SERVER_PASSWORD sets one)");
        return Login.WithPassword(made, environment.ServerUsernames);
    }

    private sealed record Flags(int? Port, string? Hostname, string[] Cors, string[] Folders, bool NoAuth, bool Mdns, string? Domain);
}
