using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Loop;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>What a path that leads nowhere may have meant.</summary>
internal static class NearNames
{
    private const int MostCompared = 2_000, MostNamed = 3;
    private const double LeastLikeness = 0.55;

    /// <summary>A sentence for the model: the file is missing, and which names beside it come close.</summary>
    public static string Missing(TargetPath target, ToolContext context)
    {
        var folder = Path.GetDirectoryName(target.Real)!;
        if (!Directory.Exists(folder))
            return $"{target.Shown} does not exist, nor does its folder. Use glob or list to find the file.";
        var near = Near(folder, Path.GetFileName(target.Real)).Select(name => TargetPath.Show(Path.Combine(folder, name), context)).ToList();
        return near.Count == 0
            ? $"{target.Shown} does not exist. Use glob or list to find the file."
            : $"{target.Shown} does not exist. Did you mean {string.Join(" or ", near)}?";
    }

    private static IEnumerable<string> Near(string folder, string wanted)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder).Take(MostCompared).Select(path => Path.GetFileName(path))
                .Select(name => (Name: name, Likeness: LikenessOf(name, wanted))).Where(entry => entry.Likeness >= LeastLikeness)
                .OrderByDescending(entry => entry.Likeness).ThenBy(entry => entry.Name, StringComparer.Ordinal).Take(MostNamed).Select(entry => entry.Name)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The same name with another extension, or in other letters, is near however short it is.</summary>
    private static double LikenessOf(string name, string wanted) =>
        Path.GetFileNameWithoutExtension(name).Equals(Path.GetFileNameWithoutExtension(wanted), StringComparison.OrdinalIgnoreCase)
            ? 1 : Likeness.Of(name.ToLowerInvariant(), wanted.ToLowerInvariant());
}
