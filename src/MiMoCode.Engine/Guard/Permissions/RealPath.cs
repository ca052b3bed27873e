namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>Where a path leads when all links on the way are followed, also for what does not exist yet.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The real absolute path. A loop of links leads to itself.</summary>
    public static string Of(string path)
    {
        var full = Path.IsPathRooted(path) ? path : Path.Join(Path.GetFullPath("."), path);
        var (done, rest) = ("", new Stack<string>(Backwards(full)));
        for (var links = 0; rest.TryPop(out var name);)
        {
            if (name is "..")
            {
                done = done.LastIndexOf('/') is > 0 and var slash ? done[..slash] : "";
                continue;
            }

            if (name is ".")
                continue;
            if (LinkOf($"{done}/{name}") is not { } target || ++links > MostLinks)
            {
                done = $"{done}/{name}";
                continue;
            }

            if (target.StartsWith('/'))
                done = "";
            foreach (var part in Backwards(target))
                rest.Push(part);
        }

        return done is "" ? "/" : done;
    }

    /// <summary>Whether a real path is the folder or lies below it.</summary>
    public static bool IsWithin(string path, string folder) =>
        path == folder || folder is "/" || path.StartsWith(folder + '/', StringComparison.Ordinal);

    private static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Written out, because in C# 14 on .NET 9 the call binds to the one that turns a span round in place.
    private static IEnumerable<string> Backwards(string path) =>
        Enumerable.Reverse(path.Split('/', StringSplitOptions.RemoveEmptyEntries));
}
