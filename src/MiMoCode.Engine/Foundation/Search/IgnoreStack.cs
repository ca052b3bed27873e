using System.Text;

namespace MiMoCode.Engine.Foundation.Search;

/// <summary>The ignore files from the root of a tree down to one folder. Deeper files speak first; each folder adds its own once.</summary>
internal sealed class IgnoreStack
{
    private const long LargestFile = 1 << 20;

    private readonly IgnoreStack? parent;
    private readonly GitIgnore rules;
    private readonly string folder;

    private IgnoreStack(IgnoreStack? parent, GitIgnore rules, string folder)
    {
        this.parent = parent;
        this.rules = rules;
        this.folder = folder;
    }

    public static IgnoreStack Empty { get; } = new(null, new GitIgnore(""), "");

    /// <summary>
    /// The rules that hold in the root of a walk: .git/info/exclude and the ignore files of the folders above, up to the top of the work tree.
    /// </summary>
    public static IgnoreStack ForRoot(string root)
    {
        var above = new List<string>();
        for (var folder = root; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            above.Add(folder);
            if (!Path.Exists(Path.Combine(folder, ".git")))
                continue;
            var stack = Empty.With(Path.Combine(folder, ".git", "info", "exclude"), Relative(folder, root));
            for (var i = above.Count - 1; i > 0; i--)
                stack = stack.With(Path.Combine(above[i], ".gitignore"), Relative(above[i], root));
            return stack;
        }

        return Empty;
    }

    /// <summary>The stack inside a folder, given by its path below the root of the walk; itself when the folder has no ignore file.</summary>
    public IgnoreStack Enter(string fullPath, string relative) => With(Path.Combine(fullPath, ".gitignore"), relative);

    /// <param name="path">Relative to the root of the walk, with /. Its parents are not looked at: an ignored folder is not entered.</param>
    /// <param name="isFolder">Whether it is one.</param>
    public bool Ignores(string path, bool isFolder)
    {
        for (var stack = this; stack is not null; stack = stack.parent)
        {
            if (!stack.rules.IsEmpty && stack.rules.Judge(stack.Below(path), isFolder) is { } ignored)
                return ignored;
        }

        return false;
    }

    /// <summary>For a file above the root the folder is written "up" the tree, as what leads from it down to the root.</summary>
    private string Below(string path) => folder switch
    {
        "" => path,
        ['>', .. var down] => $"{down}/{path}",
        _ => path[(folder.Length + 1)..],
    };

    private static string Relative(string folder, string root) =>
        folder.Length == root.Length ? "" : ">" + Path.GetRelativePath(folder, root).Replace('\\', '/');

    private IgnoreStack With(string file, string folder)
    {
        try
        {
            var info = new FileInfo(file);
            // Git does not follow a linked ignore file either.
            if (!info.Exists || info.LinkTarget is not null || info.Length is 0 or > LargestFile)
                return this;
            return new IgnoreStack(this, new GitIgnore(File.ReadAllText(file, Encoding.UTF8)), folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return this;
        }
    }
}
