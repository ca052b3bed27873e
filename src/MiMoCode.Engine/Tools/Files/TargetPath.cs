using System.Collections.Immutable;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Tools.Files;

/// <param name="Shown">How to call it: relative inside the session's folder.</param>
/// <param name="Written">As the model wrote it, absolute.</param>
/// <param name="Real">Where that leads when links are followed; the only path that is ever opened.</param>
internal sealed record TargetPath(string Shown, string Written, string Real)
{
    /// <exception cref="ToolException">It is no path.</exception>
    public static TargetPath Of(string path, ToolContext context)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
            throw new ToolException("The path is empty or holds a NUL character. Give a path, absolute or relative to the project.");
        if (path.StartsWith('~') || path.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
            throw new ToolException($"{path} is not a plain path: ~ and file: are not understood here. Give an absolute or a relative path.");

        var written = context.Resolve(path);
        written = written.Length > 1 ? written.TrimEnd('/') : written;
        return new TargetPath(Show(written, context), written, RealPath.Of(written));
    }

    public static string Show(string path, ToolContext context) =>
        path == context.Session.Directory ? "."
        : RealPath.IsWithin(path, context.Session.Directory) ? Path.GetRelativePath(context.Session.Directory, path)
        : path;

    /// <summary>
    /// What gates judge. A link is judged twice: as it is found then, and as the path that was resolved now and will be opened, so
    /// that a link which is swapped in between wins nothing.
    /// </summary>
    public ImmutableArray<Access> Accesses(string permission, Details? show = null)
    {
        var written = new Access(permission, Written, Written, show) { Path = Written };
        return Written == Real ? [written] : [written, new Access(permission, Real, Real, show) { Path = Real }];
    }
}
