using System.Globalization;
using System.Text.RegularExpressions;

namespace MiMoCode.EndToEnd;

/// <summary>Takes out of an output what differs from run to run: ids by their order, times, folders.</summary>
internal static partial class Normal
{
    public static string Of(string output, Scene scene)
    {
        var ids = new Dictionary<string, string>();
        output = Id().Replace(output, found =>
            ids.TryGetValue(found.Value, out var known) ? known
                : ids[found.Value] = $"{found.Groups[1].Value}_{(ids.Keys.Count(id => id.StartsWith(found.Groups[1].Value, StringComparison.Ordinal)) + 1).ToString(CultureInfo.InvariantCulture)}");
        output = Time().Replace(output, "$1:0");
        return output.Replace(scene.Project.Root, "$PROJECT", StringComparison.Ordinal).Replace(scene.Project.Home, "$HOME", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\b(ses|msg|prt)_\w+")]
    private static partial Regex Id();

    [GeneratedRegex("""("(?:timestamp|start|end|created|completed|updated|durationMs|milliseconds|duration|ms)"):\d+""")]
    private static partial Regex Time();
}
