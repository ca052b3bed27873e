using System.Globalization;
using System.Text;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>The files of a folder as a tree that is shown as deep as fits; deeper folders are only counted.</summary>
internal sealed class FolderTree
{
    private const int Deepest = 32;
    private readonly SortedDictionary<string, FolderTree> folders = new(StringComparer.Ordinal);
    private readonly List<string> names = [];

    /// <summary>Files in it, at any depth.</summary>
    public int Files { get; private set; }

    /// <param name="path">Relative, with /.</param>
    public void Add(string path)
    {
        var tree = this;
        tree.Files++;
        var parts = path.Split('/');
        foreach (var part in parts[..^1])
        {
            if (!tree.folders.TryGetValue(part, out var next))
                tree.folders[part] = next = new FolderTree();
            tree = next;
            tree.Files++;
        }

        tree.names.Add(parts[^1]);
    }

    /// <summary>Writes the most levels that stay within the number of entries; gives the entries of the first level that did not fit.</summary>
    public int Write(StringBuilder text, int mostEntries)
    {
        var depth = 1;
        while (depth < Deepest && Entries(depth + 1) is var more && more <= mostEntries && more > Entries(depth))
            depth++;
        var left = mostEntries;
        Write(text, depth, "  ", ref left);
        return Math.Max(0, Entries(depth) - mostEntries);
    }

    private int Entries(int depth) =>
        names.Count + folders.Count + (depth <= 1 ? 0 : folders.Values.Sum(folder => folder.Entries(depth - 1)));

    private void Write(StringBuilder text, int depth, string indent, ref int left)
    {
        foreach (var (name, folder) in folders)
        {
            if (left-- <= 0)
                return;
            text.Append(indent).Append(name).Append('/');
            if (depth > 1)
            {
                text.Append('\n');
                folder.Write(text, depth - 1, indent + "  ", ref left);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $" ({folder.Files} files)\n");
            }
        }

        foreach (var name in names)
        {
            if (left-- <= 0)
                return;
            text.Append(indent).Append(name).Append('\n');
        }
    }
}
