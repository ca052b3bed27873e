using MiMoCode.App.Cli;
using MiMoCode.App.Server;
using MiMoCode.App.Server.Remote;
using MiMoCode.App.Tui;
using MiMoCode.Engine;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Protocol;

namespace MiMoCode.App;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        // Every shell command starts through this mode: nothing may be loaded before it.
        if (args is [ExecCommand.Name, ..])
            return ExecCommand.Run(args.AsSpan(1));

        // Answered before anything is loaded: scripts ask for the version often.
        if (args is ["--version" or "-v"])
        {
            Console.Out.WriteLine(CliContext.Version);
            return 0;
        }

        using var context = CliContext.OfProcess(ConnectAsync, ServeAsync);
        return await CommandLine.RunAsync(args, context, root =>
        {
            root.Add(ServeCommand.Create(OfServer(context)));
            TuiCommand.AddTo(root, OfInterface(context));
            root.Add(AttachCommand.Create(OfInterface(context)));
        });
    }

    private static TuiEntry OfInterface(CliContext context) => new()
    {
        WorkspaceIn = context.WorkspaceIn,
        In = () => context.In,
        Error = context.Error,
        ReadPipedAsync = cancellationToken => new StandardInput(context.Error).ReadAsync(hasMessage: true, cancellationToken),
        ServeAsync = ServeAsync,
        ConnectAsync = ConnectAsync,
    };

    private static async Task<ServedWorkspace> ServeAsync(WorkspaceOptions options, string? host, int? port, CancellationToken cancellationToken)
    {
        var beside = await BesideServer.StartAsync(options, host, port, cancellationToken);
        return new ServedWorkspace(beside.Workspace, beside.Words, beside);
    }

    private static async Task<IMimoClient> ConnectAsync(RemoteTarget target, CancellationToken cancellationToken) =>
        await RemoteClient.ConnectAsync(RemoteAddress.Of(target, EnvironmentVariables.OfProcess()), TimeProvider.System, cancellationToken);

    private static ServeContext OfServer(CliContext context) => new(
        context.Out, context.Error, () => context.WorkspaceIn(context.Directory), Path.GetFileName(Environment.GetCommandLineArgs()[0]));
}
