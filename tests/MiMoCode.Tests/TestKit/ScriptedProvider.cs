using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MiMoCode.Providers;

namespace MiMoCode.TestKit;

/// <summary>A provider that answers each request by the next entry of its script, and keeps what it was asked.</summary>
internal sealed class ScriptedProvider(params Func<ModelRequest, IEnumerable<ModelEvent>>[] script) : IProvider
{
    private readonly ConcurrentQueue<Func<ModelRequest, IEnumerable<ModelEvent>>> script = new(script);

    public ConcurrentQueue<ModelRequest> Requests { get; } = new();

    public async IAsyncEnumerable<ModelEvent> StreamAsync(
        ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        Requests.Enqueue(request);
        if (!script.TryDequeue(out var next))
            throw new InvalidOperationException("The script is at its end.");
        foreach (var told in next(request))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return told;
        }
    }
}
