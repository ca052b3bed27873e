using System.Globalization;

namespace MiMoCode.Bench.Terminal;

/// <summary>What a process and everything it started use.</summary>
internal static class ProcessTree
{
    /// <summary>The process and its descendants.</summary>
    public static List<int> Of(int root)
    {
        var parents = new List<(int Id, int Parent)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && Read($"{folder}/stat") is { Length: > 0 } stat)
                parents.Add((id, int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture)));
        }

        List<int> tree = [root];
        for (var at = 0; at < tree.Count; at++)
            tree.AddRange(parents.Where(entry => entry.Parent == tree[at]).Select(entry => entry.Id));
        return tree;
    }

    /// <summary>Milliseconds of processor time so far.</summary>
    public static double Cpu(int root) => Of(root).Sum(id =>
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{id}/task")
                .Select(task => Read($"{task}/schedstat")).Where(text => text.Length > 0)
                .Sum(text => long.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture)) / 1e6;
        }
        catch (IOException)
        {
            return 0;
        }
    });

    /// <summary>Megabytes in memory: all that is mapped, and what is its own alone.</summary>
    public static (double Resident, double Proportional) Memory(int root)
    {
        var (resident, proportional) = (0.0, 0.0);
        foreach (var id in Of(root))
        {
            foreach (var line in Read($"/proc/{id}/smaps_rollup").Split('\n'))
            {
                if (line.StartsWith("Rss:", StringComparison.Ordinal))
                    resident += Kilobytes(line);
                else if (line.StartsWith("Pss:", StringComparison.Ordinal))
                    proportional += Kilobytes(line);
            }
        }

        return (resident / 1024, proportional / 1024);
    }

    private static double Kilobytes(string line) =>
        double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
