using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Engine;

/// <summary>What a workspace is opened with. Nothing here is read again later.</summary>
internal sealed record WorkspaceOptions
{
    /// <summary>The folder to work in, absolute.</summary>
    public required string Directory { get; init; }

    /// <summary>The environment as it was at the start.</summary>
    public required EnvironmentVariables Environment { get; init; }

    /// <summary>Where files of ours lie.</summary>
    public required Folders Folders { get; init; }

    /// <summary>Who answers permission requests and questions.</summary>
    public AskPolicy AskPolicy { get; init; }

    /// <summary>Someone sits at a door and can answer.</summary>
    public bool HasPerson => AskPolicy is AskPolicy.Wait or AskPolicy.AllowOrWait;

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>The program itself, which is started again as the helper of every child process.</summary>
    public required string Program { get; init; }

    /// <summary>What goes into the log file; null: what the settings say.</summary>
    public LogLevel? LogLevel { get; init; }

    /// <summary>Where the log is also shown; null: nowhere.</summary>
    public TextWriter? LogEcho { get; init; }

    /// <summary>What the workspaces of one process share; null: the workspace has a database of its own and closes it.</summary>
    public SharedStore? Shared { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Hears of bugs, with the session they happened in.</summary>
    public Action<string, Exception> Report { get; init; } = static (_, _) => { };
}

/// <summary>One database, and one stream in which everything is told in the order of its commits.</summary>
internal sealed record SharedStore(Database Database, EventBus Events);
