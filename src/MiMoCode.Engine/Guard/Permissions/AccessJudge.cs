using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>One thing that was judged: under which key, and what an "always" would store (null: nothing may be stored).</summary>
internal sealed record JudgedAccess(string Permission, string Pattern, string? Always, Access Access, Ruling Ruling);

/// <summary>Judges what a plan touches. Files are judged by where their path really leads, and by how it was written.</summary>
internal sealed class AccessJudge(LayeredRules layers, string worktree)
{
    private const int MostBelow = 50_000, MostNamed = 5;

    private readonly string root = RealPath.Of(worktree);

    /// <summary>All judgements about an access: itself, whether it leaves the project, whether it runs by itself later.</summary>
    public IEnumerable<JudgedAccess> Judge(Access access)
    {
        if (access.Path is null)
        {
            yield return Judged(access, access.Permission, access.Pattern, access.AlwaysPattern, access.Pattern);
            yield break;
        }

        var real = RealPath.Of(access.Path);
        yield return Judged(access, access.Permission, real, real, NamesOf(real));
        if (real != access.Path)
            yield return Judged(access, access.Permission, access.Path, null, NamesOf(access.Path));
        if (!RealPath.IsWithin(real, root))
            yield return Judged(access, PermissionNames.Outside, real, FolderOf(real) + "/*", real);
        if (access.Permission is PermissionNames.Edit && (FilesThatRunLater.Contains(Inside(real)) || FilesThatRunLater.Contains(Inside(access.Path))))
            yield return Judged(access, PermissionNames.RunsLater, real, null, real);
        foreach (var below in Below(access, real))
            yield return below;
    }

    /// <summary>The first files below a folder that may not simply be read. Too many files count as one of them.</summary>
    private IEnumerable<JudgedAccess> Below(Access access, string folder)
    {
        if (access.Below is null)
            yield break;
        var (seen, named) = (0, 0);
        foreach (var path in access.Below(folder))
        {
            if (++seen > MostBelow)
            {
                yield return new JudgedAccess(access.Permission, folder, null, access, new Ruling(PermissionAction.Ask, "it holds too many files to look for protected ones"));
                yield break;
            }

            var judged = Judged(access, access.Permission, path, path, NamesOf(path));
            if (judged.Ruling.Action is PermissionAction.Allow)
                continue;
            yield return judged;
            if (++named == MostNamed)
                yield break;
        }
    }

    /// <summary>Whether something may be done to a file without asking. The path holds no links.</summary>
    public bool Allows(string permission, string real) => layers.Judge(permission, NamesOf(real)).Action is PermissionAction.Allow;

    private JudgedAccess Judged(Access access, string permission, string pattern, string? always, params ReadOnlySpan<string> names) =>
        new(permission, pattern, PermissionNames.Forced.Contains(permission) || IsOpen(always, access) ? null : always, access, layers.Judge(permission, names));

    // A star that is part of the thing itself, and not the one put behind a prefix, would grant more than was shown.
    private static bool IsOpen(string? always, Access access) =>
        always is not null && access.Path is null
        && always.AsSpan(0, always.Length - (always != access.Pattern && always.EndsWith('*') ? 1 : 0)).IndexOfAny('*', '?') >= 0;

    private string[] NamesOf(string path) =>
        RealPath.IsWithin(path, root) && path != root ? [path, Path.GetRelativePath(root, path)] : [path];

    // The folders above the project are not what is being changed.
    private string Inside(string path) => RealPath.IsWithin(path, root) ? path[root.Length..] : path;

    private static string FolderOf(string path) => Directory.Exists(path) ? path : Path.GetDirectoryName(path)?.TrimEnd('/') ?? "";
}
