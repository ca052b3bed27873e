using System.Runtime.InteropServices;

namespace MiMoCode.Bench;

/// <summary>What all threads of another process have computed, which a busy machine does not lengthen as it does waiting.</summary>
internal static partial class ProcessClock
{
    /// <summary>Milliseconds, to the nanosecond; the files of the system round to hundredths of a second.</summary>
    public static double Milliseconds(int process)
    {
        // As the system numbers the clocks of processes: the number inverted, and the kind that counts what was scheduled.
        const int scheduled = 2;
        Span<long> time = stackalloc long[2];
        if (GetTime((~process << 3) | scheduled, ref time[0]) != 0)
            throw new InvalidOperationException($"The system does not say what process {process} has computed.");
        return (time[0] * 1_000.0) + (time[1] / 1_000_000.0);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, ref long time);
}
