namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>Where files of ours lie, all absolute. Nothing is made here: whoever writes makes the folder.</summary>
internal sealed class Folders
{
    public Folders(EnvironmentVariables environment)
    {
        Home = environment.Home;
        Config = Find("XDG_CONFIG_HOME", ".config", "config");
        Data = Find("XDG_DATA_HOME", ".local/share", "data");
        State = Find("XDG_STATE_HOME", ".local/state", "state");
        Cache = Find("XDG_CACHE_HOME", ".cache", "cache");
        Database = environment.Database is { } file ? Path.GetFullPath(file) : Path.Combine(Data, "mimocode.db");
        Extra = environment.ConfigFolder is { } folder ? Path.GetFullPath(folder) : null;
        Managed = environment["MIMOCODE_TEST_MANAGED_CONFIG_DIR"]
            ?? (OperatingSystem.IsMacOS() ? "/Library/Application Support/mimocode"
                : OperatingSystem.IsWindows() ? Path.Combine(environment["ProgramData"] ?? @"C:\ProgramData", "mimocode")
                : "/etc/mimocode");

        string Find(string variable, string below, string name) =>
            environment.MimoHome is { } home ? Path.Combine(Path.GetFullPath(home), name)
            : environment[variable] is { } path && Path.IsPathRooted(path) ? Path.Combine(path, "mimocode")
            : Path.Combine(Home, below, "mimocode");
    }

    /// <summary>The user's home folder.</summary>
    public string Home { get; }

    /// <summary>The user's settings, agents, commands, skills.</summary>
    public string Config { get; }

    /// <summary>What must not be lost: sessions, keys, memory.</summary>
    public string Data { get; }

    /// <summary>What is convenient to remember.</summary>
    public string State { get; }

    /// <summary>What can be made again.</summary>
    public string Cache { get; }

    /// <summary>The database file.</summary>
    public string Database { get; }

    /// <summary>The folder that MIMOCODE_CONFIG_DIR names, or null.</summary>
    public string? Extra { get; }

    /// <summary>Settings of the machine's administrator.</summary>
    public string Managed { get; }

    /// <summary>Keys of providers.</summary>
    public string Auth => Path.Combine(Data, "auth.json");

    /// <summary>Log files.</summary>
    public string Log => Path.Combine(Data, "log");

    /// <summary>What is remembered: checkpoints, notes, project and global memory.</summary>
    public string Memory => Path.Combine(Data, "memory");

    /// <summary>Outputs that were too long for the model.</summary>
    public string ToolOutput => Path.Combine(Data, "tool-output");

    /// <summary>A path as people write it: ~ for the home folder.</summary>
    public string Short(string path) =>
        path == Home ? "~" : path.StartsWith(Home + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? "~" + path[Home.Length..] : path;
}
