using MiMoCode.Engine.Foundation.Search;
using MiMoCode.Engine.Loop;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>What glob, grep and list share: where they look, what stays hidden from them, and when they have looked long enough.</summary>
/// <param name="mayRead">Whether rules let the agent see a file, by its full path.</param>
/// <param name="clock">Measures how long it takes.</param>
internal sealed class Searching(Func<string, bool> mayRead, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public bool MayRead(string path) => mayRead(path);

    /// <summary>Options for one walk that begins now.</summary>
    public WalkOptions Walk()
    {
        var start = clock.GetTimestamp();
        return new WalkOptions { Shows = mayRead, IsEnough = () => clock.GetElapsedTime(start) > Longest };
    }

    /// <summary>The folder that is meant; it must be there.</summary>
    public static TargetPath Folder(string? path, ToolContext context)
    {
        var folder = TargetPath.Of(path ?? ".", context);
        if (Directory.Exists(folder.Real))
            return folder;
        throw new ToolException(File.Exists(folder.Real)
            ? $"{folder.Shown} is a file, not a folder. Use read to see it, or name its folder."
            : $"The folder {folder.Shown} does not exist. Use list or glob to find the right one.");
    }

    /// <summary>Parses what the model wrote; the reason against it goes back to the model.</summary>
    public static T Parse<T>(Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException error)
        {
            throw new ToolException(error.Message);
        }
    }

    /// <summary>What was left out of a walk; null when nothing was.</summary>
    public static string? Remark(WalkOutcome outcome) => outcome switch
    {
        { Truncated: true } => "[there are more files than could be looked at in time; name a folder]",
        { UnreadableFolders: > 0 and var folders } => $"[{folders} folders could not be read]",
        _ => null,
    };
}
