using System.Text;
using Microsoft.Win32.SafeHandles;
using MiMoCode.Engine;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Protocol;

namespace MiMoCode.App.Cli;

/// <summary>What every command brings along: where it reads and writes, and the time.</summary>
internal sealed class CliContext : IDisposable
{
    /// <summary>The version of the program, as <c>--version</c> prints it.</summary>
    public static string Version { get; } = typeof(CliContext).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Data only; everything else goes to <see cref="Error"/>.</summary>
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>What is typed, or piped in.</summary>
    public TextReader In { get => field ??= TypedInput(); init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>The folder that the program was started in.</summary>
    public required string Directory { get; init; }

    /// <summary>The environment as it was at the start.</summary>
    public required EnvironmentVariables Environment { get; init; }

    /// <summary>Connects with a server.</summary>
    public RemoteOpener ConnectAsync { get; init; } = (_, _) => throw new UserException("This program cannot connect with servers.");

    /// <summary>Opens a workspace together with a server on it.</summary>
    public WorkspaceServer ServeAsync { get; init; } = (_, _, _, _) => throw new UserException("This program cannot serve.");

    /// <summary>Someone can type answers.</summary>
    public bool Interactive { get; init; }

    /// <summary>What is logged.</summary>
    public LogFlags Logs { get; } = new();

    /// <summary>Where files of ours lie.</summary>
    public Folders Folders => field ??= new(Environment);

    /// <summary>The settings that hold in a folder, by default the one that the program was started in.</summary>
    public LoadedConfig LoadConfig(string? folder = null) =>
        ConfigLoader.Load(Environment, Folders, ProjectFolders.Of(folder ?? Directory));

    /// <summary>What a workspace in a folder is opened with.</summary>
    public WorkspaceOptions WorkspaceIn(string folder) => new()
    {
        Directory = folder,
        Environment = Environment,
        Folders = Folders,
        Version = Version,
        Program = System.Environment.ProcessPath ?? "mimo",
        Clock = Clock,
        LogLevel = Logs.Level,
        LogEcho = Logs.Print ? Error : null,
        Report = (session, error) => Error.WriteLine($"mimo: {error.Message} (session {session})"),
    };

    public static CliContext OfProcess(RemoteOpener connect, WorkspaceServer serve) => new()
    {
        ConnectAsync = connect,
        ServeAsync = serve,
        // Bugs are reported from wherever they happen, also in the middle of a line.
        Out = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true }),
        Error = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true }),
        Clock = TimeProvider.System,
        Environment = EnvironmentVariables.OfProcess(),
        Interactive = !Console.IsInputRedirected,
        Directory = System.IO.Directory.GetCurrentDirectory(),
    };

    /// <summary>The input as it is: the console's own reader would switch the terminal to other keys and leave it so.</summary>
    private static TextReader TypedInput() => OperatingSystem.IsWindows()
        ? Console.In
        : new StreamReader(new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 1));

    public void Dispose()
    {
        Out.Flush();
        Error.Flush();
    }
}
