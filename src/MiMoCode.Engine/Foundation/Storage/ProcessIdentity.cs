using System.Globalization;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// Tells a process from every other, also from a later one with the same number. What the system does not tell is empty or 0.
/// </summary>
internal sealed record ProcessIdentity(int Pid, long Started, string BootId, string PidSpace)
{
    /// <summary>This process.</summary>
    public static ProcessIdentity Own() => new(
        Environment.ProcessId,
        StartOf(Environment.ProcessId) ?? 0,
        ReadLine("/proc/sys/kernel/random/boot_id"),
        new FileInfo("/proc/self/ns/pid").LinkTarget ?? "");

    /// <summary>
    /// Whether this process lives, as seen by another one; null when that one cannot know, because the two are in different
    /// containers or the system does not tell.
    /// </summary>
    public bool? IsAlive(ProcessIdentity observer)
    {
        if (BootId != observer.BootId)
            return false;
        if (PidSpace != observer.PidSpace || observer.Started == 0)
            return null;
        return StartOf(Pid) == Started;
    }

    // Field 22 of stat, in ticks since the start of the system; the name before it may hold spaces and brackets.
    private static long? StartOf(int pid)
    {
        var stat = ReadLine(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // A zombie has ended; nobody has asked how yet.
        return fields is [not "Z" and not "X", ..] && fields.Length > 19
            ? long.Parse(fields[19], CultureInfo.InvariantCulture)
            : null;
    }

    private static string ReadLine(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
