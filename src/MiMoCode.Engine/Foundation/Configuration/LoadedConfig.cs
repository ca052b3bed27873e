using System.Collections.Immutable;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>The settings that hold, and where each came from.</summary>
internal sealed record LoadedConfig(
    Config Config, PermissionLayers Permissions, ImmutableArray<Layer> Layers, ObjectNode Tree, ImmutableArray<Notice> Notices)
{
    /// <summary>
    /// A file could not be read, so rules may be missing: interactive work goes on without writing anything, headless work ends.
    /// </summary>
    public bool ReadOnly => Notices.Any(notice => notice.Kind is NoticeKind.Unreadable);

    /// <summary>Who set a key, in the order of the layers: the last one holds (lists of permissions and instructions add up).</summary>
    public ImmutableArray<(Layer Layer, Node Value)> Explain(string key)
    {
        var path = key.Split('.');
        return [.. from layer in Layers let value = Find(layer.Tree, path) where value is not null select (layer, value)];
    }

    /// <summary>The value of a dotted key in a tree, or null; names of models and hosts may hold dots themselves.</summary>
    public static Node? Find(Node? node, ReadOnlySpan<string> path)
    {
        if (path.IsEmpty || node is not ObjectNode tree)
            return path.IsEmpty ? node : null;
        for (var length = 1; length <= path.Length; length++)
        {
            if (tree[string.Join('.', path[..length]!)] is { } value && Find(value, path[length..]) is { } found)
                return found;
        }

        return null;
    }

    /// <summary>Ends headless work when a file could not be read.</summary>
    /// <exception cref="Protocol.UserException">With every such file and its place, exit code 2.</exception>
    public void RequireReadable()
    {
        var unreadable = Notices.Where(notice => notice.Kind is NoticeKind.Unreadable).ToList();
        if (unreadable.Count > 0)
            throw new Protocol.UserException(string.Join('\n', unreadable));
    }
}
