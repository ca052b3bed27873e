using System.Globalization;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>What a child and everything it starts may use; null leaves the limit as it is. Never raises a limit.</summary>
internal sealed record ResourceLimits
{
    /// <summary>No core dumps, and as many open files as any ordinary program needs.</summary>
    public static ResourceLimits Default { get; } = new() { CoreBytes = 0, OpenFiles = 65536 };

    public ulong? CoreBytes { get; init; }
    public ulong? OpenFiles { get; init; }
    public ulong? Processes { get; init; }
    public ulong? MemoryBytes { get; init; }
    public ulong? FileBytes { get; init; }
    public ulong? CpuSeconds { get; init; }

    // RLIMIT_* of Linux.
    private static ReadOnlySpan<int> Resources => [4, 7, 6, 9, 1, 0];

    /// <summary>The limits as one word for the command line of the helper.</summary>
    public string Encode() =>
        string.Join(',', Values().Select(value => value?.ToString(CultureInfo.InvariantCulture) ?? ""));

    public static ResourceLimits Decode(string text)
    {
        var values = text.Split(',')
            .Select(value => value is "" ? (ulong?)null : ulong.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        return new ResourceLimits
        {
            CoreBytes = values[0],
            OpenFiles = values[1],
            Processes = values[2],
            MemoryBytes = values[3],
            FileBytes = values[4],
            CpuSeconds = values[5],
        };
    }

    /// <summary>
    /// Applies all limits to a child just started. It runs none of its program's own code before a few microseconds later, and
    /// our own process keeps its limits, which a runtime with a large reserved address space needs.
    /// </summary>
    public void ApplyTo(int pid)
    {
        var values = Values();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } wanted || Libc.GetLimit(Resources[i], out var current) != 0)
                continue;
            var value = Math.Min(wanted, current.Hard);
            _ = Libc.SetLimitOf(pid, Resources[i], new LimitPair(value, value), 0);
        }
    }

    private ulong?[] Values() => [CoreBytes, OpenFiles, Processes, MemoryBytes, FileBytes, CpuSeconds];
}
