using System.CommandLine;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.App.Cli;

/// <summary>The flags of every command that say what is logged, and whether it is also shown.</summary>
internal sealed class LogFlags
{
    private readonly Option<bool> print = new("--print-logs") { Description = "Show the log on the error stream, too.", Recursive = true };
    private readonly Option<string?> level = new("--log-level") { Description = "What goes into the log.", Recursive = true };

    public LogFlags() => level.AcceptOnlyFromAmong("DEBUG", "INFO", "WARN", "ERROR");

    /// <summary>True: the log is also shown.</summary>
    public bool Print { get; private set; }

    /// <summary>The level of the command line; null: what the settings say.</summary>
    public LogLevel? Level { get; private set; }

    public void AddTo(Command root)
    {
        root.Options.Add(print);
        root.Options.Add(level);
    }

    /// <summary>Takes over what was given; to be called before a command begins.</summary>
    public void Read(ParseResult parsed)
    {
        Print = parsed.GetValue(print);
        Level = parsed.GetValue(level) is { } name ? Enum.Parse<LogLevel>(name, ignoreCase: true) : null;
    }
}
