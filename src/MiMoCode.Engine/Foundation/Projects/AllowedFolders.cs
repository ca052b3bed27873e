using MiMoCode.Protocol;

namespace MiMoCode.Engine.Foundation.Projects;

/// <summary>Which folders a remote client may name: those it was started for, those of known projects, and what lies below them.</summary>
/// <param name="fixedFolders">Allowed from the start.</param>
/// <param name="projects">The work trees of the projects that were worked in; they grow.</param>
/// <param name="home">Being a project once does not open everything that a person has.</param>
internal sealed class AllowedFolders(IEnumerable<string> fixedFolders, Func<IEnumerable<string>> projects, string home)
{
    private readonly string[] roots = [.. fixedFolders.Select(Project.Canonical)];
    private readonly string home = Project.Canonical(home);

    /// <summary>The folder with its links followed.</summary>
    /// <exception cref="UserException">It is no folder (400), or none of those that may be opened (403).</exception>
    public string Check(string directory)
    {
        if (!Path.IsPathFullyQualified(directory) || directory.Contains('\0', StringComparison.Ordinal)
            || directory.Split('/', '\\').Any(name => name is ".." or "."))
        {
            throw new UserException("The directory must be an absolute path without . and .. in it.");
        }

        // Whether a folder exists is told only where one may look.
        var folder = Project.Canonical(directory);
        if (!roots.Any(root => IsWithin(folder, root)) && !projects().Any(root => IsOpen(folder, Project.Canonical(root))))
            throw new UserException($"This server may not open {directory}. Start it there, or with --folder.", httpStatus: 403);
        return Directory.Exists(folder) ? folder : throw new UserException($"There is no folder {directory}.");
    }

    private bool IsOpen(string folder, string worktree) =>
        folder == worktree || (worktree != home && Path.GetDirectoryName(worktree) is not null && IsWithin(folder, worktree));

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(folder.EndsWith('/') ? folder : folder + '/', StringComparison.Ordinal);
}
