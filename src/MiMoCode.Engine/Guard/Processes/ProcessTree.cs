using System.Globalization;
using System.Text;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>Finds and signals whole trees of processes through /proc.</summary>
internal static class ProcessTree
{
    /// <summary>All descendants of a process, parents before their children. What ends while we look may be missing.</summary>
    public static List<int> Descendants(int root)
    {
        var children = All().Select(pid => (Pid: pid, Parent: ParentOf(pid))).ToLookup(entry => entry.Parent, entry => entry.Pid);
        var found = new List<int>(children[root]);
        for (var i = 0; i < found.Count; i++)
            found.AddRange(children[found[i]]);
        return found;
    }

    /// <summary>The descendants that are still running: those that ended and were not collected yet are left out.</summary>
    public static List<int> Living(int root) => Descendants(root).FindAll(pid => StateOf(pid) is not ('Z' or 'X' or '\0'));

    /// <summary>All processes that carry this assignment (NAME=value) in the environment they were started with.</summary>
    public static List<int> Marked(string assignment)
    {
        var wanted = Encoding.UTF8.GetBytes(assignment + '\0');
        return [.. All().Where(pid => Read(pid, "environ") is { } text && text.AsSpan().IndexOf(wanted) >= 0)];
    }

    /// <summary>
    /// Kills every descendant of a process, also those that are forking while we look: nobody that is stopped can fork, so
    /// all are stopped first until no new one turns up.
    /// </summary>
    public static void KillDescendants(int root)
    {
        var stopped = new HashSet<int>();
        for (var round = 0; round < 100; round++)
        {
            var fresh = Descendants(root).Where(stopped.Add).ToList();
            if (fresh.Count == 0)
                break;
            Signal(fresh, Libc.SigStop);
        }

        Signal(stopped, Libc.SigKill);
    }

    public static void Signal(IEnumerable<int> processes, int signal)
    {
        foreach (var pid in processes)
            _ = Libc.Kill(pid, signal);
    }

    private static IEnumerable<int> All() =>
        Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, null, out var pid) ? pid : 0)
            .Where(pid => pid > 0);

    private static int ParentOf(int pid) =>
        Stat(pid) is { } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;

    private static char StateOf(int pid) => Stat(pid) is { } fields ? fields[0][0] : '\0';

    /// <summary>State, parent, group and so on: "pid (name) S 1 …". The name may hold anything, so it ends at the last parenthesis.</summary>
    private static string[]? Stat(int pid) =>
        Read(pid, "stat") is { Length: > 0 } stat
            ? Encoding.ASCII.GetString(stat.AsSpan(stat.AsSpan().LastIndexOf((byte)')') + 2)).Split(' ')
            : null;

    private static byte[]? Read(int pid, string file)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/{file}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
