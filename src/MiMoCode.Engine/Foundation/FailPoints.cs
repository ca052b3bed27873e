using System.Runtime.InteropServices;

namespace MiMoCode.Engine.Foundation;

/// <summary>
/// Ends this process like a power switch at a named place, so that tests can show what a crash there leaves behind. The
/// setting is <c>name</c> or <c>name:n</c> for the nth passing; without one there are no fail points and nothing is checked.
/// </summary>
internal sealed partial class FailPoints
{
    private const int SigKill = 9;
    private readonly string name;
    private int passings;

    private FailPoints(string name, int passings) => (this.name, this.passings) = (name, passings);

    /// <summary>Null when the setting is absent.</summary>
    public static FailPoints? Parse(string? setting)
    {
        if (string.IsNullOrEmpty(setting))
            return null;

        var colon = setting.LastIndexOf(':');
        return colon > 0 && int.TryParse(setting.AsSpan(colon + 1), out var count)
            ? new FailPoints(setting[..colon], count)
            : new FailPoints(setting, 1);
    }

    /// <summary>The process ends here when this is the place and the passing that was asked for.</summary>
    public void Pass(string point)
    {
        if (point == name && Interlocked.Decrement(ref passings) == 0)
            _ = Kill(Environment.ProcessId, SigKill);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
