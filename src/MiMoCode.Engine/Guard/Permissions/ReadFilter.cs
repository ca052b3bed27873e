using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>
/// Which files a search may show. What would have to be asked about is left out as well: nobody can be asked about each of a thousand
/// files. By name only, since a search never follows links.
/// </summary>
internal sealed class ReadFilter(PermissionSources sources, string worktree)
{
    private readonly LayeredRules rules = sources.For("", [], []);

    public bool Allows(string path) =>
        rules.Judge(PermissionNames.Read, path, Path.GetRelativePath(worktree, path)).Action is PermissionAction.Allow;
}
