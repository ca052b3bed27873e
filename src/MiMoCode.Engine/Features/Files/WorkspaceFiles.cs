using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Search;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Files;

/// <summary>The files of a project, for people who look at them through a client.</summary>
internal sealed class WorkspaceFiles(string directory, string worktree, GitProcess git) : IFiles
{
    private const int MostMatches = 100;
    private const int MostFiles = 50_000;
    private const long LargestFile = 10 << 20;

    private readonly GitChanges changes = new(git, worktree);

    public Task<ImmutableArray<FileNode>> ListAsync(string path, CancellationToken cancellationToken)
    {
        var folder = Resolve(path);
        if (!Directory.Exists(folder))
            throw UserException.NotFound("folder", path);
        var ignores = IgnoreStack.ForRoot(folder) is var above && File.Exists(Path.Combine(folder, ".gitignore")) ? above.Enter(folder, "") : above;
        return Task.FromResult<ImmutableArray<FileNode>>(
        [
            .. from entry in new DirectoryInfo(folder).EnumerateFileSystemInfos()
               where entry.Name is not ".git"
               let isFolder = entry is DirectoryInfo
               orderby isFolder descending, entry.Name
               select new FileNode(
                   entry.Name, Path.GetRelativePath(directory, entry.FullName), entry.FullName, isFolder ? "directory" : "file",
                   ignores.Ignores(entry.Name, isFolder)),
        ]);
    }

    public async Task<FileContent> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Resolve(path));
        if (!file.Exists)
            return new FileContent("text", "");
        if (file.Length > LargestFile)
            throw new UserException($"{path} is larger than {LargestFile >> 20} MB.", httpStatus: 413);
        // A length of 0 is also that of a pipe, which must not be opened.
        var bytes = file.Length is 0 ? [] : await File.ReadAllBytesAsync(file.FullName, cancellationToken);
        return TextEncoding.LooksBinary(bytes)
            ? new FileContent("binary", Convert.ToBase64String(bytes), "base64", "application/octet-stream")
            : new FileContent("text", TextEncoding.Detect(bytes).Decode(bytes));
    }

    public async Task<ImmutableArray<TextMatch>> FindTextAsync(string pattern, CancellationToken cancellationToken)
    {
        var lines = LinePattern.Parse(pattern);
        var found = await TextSearch.FindAsync(directory, lines, null, new WalkOptions(), new SearchLimits(MostMatches), cancellationToken);
        return [.. found.Matches.Select(match =>
        {
            var start = match.Column - 1;
            return new TextMatch(
                new MatchText(match.Path), new MatchText(match.Text + "\n"), match.Line, 0,
                [new SubMatch(new MatchText(start < match.Text.Length ? match.Text[start..] : ""), start, Math.Max(start, match.Text.Length))]);
        })];
    }

    public async Task<ImmutableArray<string>> FindFilesAsync(FileQuery query, CancellationToken cancellationToken)
    {
        var (files, _) = await FileWalk.FilesAsync(directory, new WalkOptions(MostFiles: MostFiles), null, cancellationToken);
        var paths = files.Select(file => file.Path);
        var folders = query.Directories is false ? [] : paths.SelectMany(Parents).Distinct(StringComparer.Ordinal);
        var found =
            from path in query.Directories is true ? folders : paths.Concat(folders)
            let rank = Rank(path, query.Text)
            where rank is not null
            orderby rank, path.Length, path
            select path;
        return [.. found.Take(query.Limit)];
    }

    public Task<ImmutableArray<FileStatus>> StatusAsync(CancellationToken cancellationToken) => changes.StatusAsync(cancellationToken);

    public Task<ImmutableArray<FileDiff>> DiffAsync(bool fromBranch, CancellationToken cancellationToken) => changes.DiffAsync(fromBranch, cancellationToken);

    public Task<VcsState> VcsAsync(CancellationToken cancellationToken) => changes.StateAsync(cancellationToken);

    private static IEnumerable<string> Parents(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            yield return path[..(slash + 1)];
    }

    /// <summary>How well a path fits: the name begins with the text, holds it, the path holds it, or its letters come in order. Null: not at all.</summary>
    private static int? Rank(string path, string text)
    {
        var name = path[(path.AsSpan().TrimEnd('/').LastIndexOf('/') + 1)..];
        if (name.StartsWith(text, StringComparison.OrdinalIgnoreCase))
            return 0;
        if (name.Contains(text, StringComparison.OrdinalIgnoreCase))
            return 1;
        if (path.Contains(text, StringComparison.OrdinalIgnoreCase))
            return 2;
        var at = 0;
        foreach (var letter in path)
        {
            if (at < text.Length && char.ToUpperInvariant(letter) == char.ToUpperInvariant(text[at]))
                at++;
        }

        return at == text.Length ? 3 : null;
    }

    /// <summary>Where the path really leads, which must be inside the project.</summary>
    private string Resolve(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new UserException("A path holds no NUL.");
        var real = RealPath.Of(Path.GetFullPath(path, directory));
        return RealPath.IsWithin(real, RealPath.Of(worktree)) || RealPath.IsWithin(real, RealPath.Of(directory))
            ? real
            : throw new UserException($"{path} leads out of the project.", httpStatus: 403);
    }
}
