using System.Collections.Concurrent;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>One writer per real path in this process. Held only while writing, never while a person decides.</summary>
internal sealed class FileLocks
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> byPath = new(StringComparer.Ordinal);

    /// <summary>Holds all the paths until it is disposed; in one order, so that two holders never wait for each other.</summary>
    public async Task<IDisposable> HoldAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var held = new Held();
        try
        {
            foreach (var path in paths.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                var gate = byPath.GetOrAdd(path, _ => new SemaphoreSlim(1));
                await gate.WaitAsync(cancellationToken);
                held.Gates.Push(gate);
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private sealed class Held : IDisposable
    {
        public Stack<SemaphoreSlim> Gates { get; } = [];

        public void Dispose()
        {
            while (Gates.TryPop(out var gate))
                gate.Release();
        }
    }
}
