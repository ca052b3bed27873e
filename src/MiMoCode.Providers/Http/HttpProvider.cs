using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Providers.Http;

/// <summary>Speaks one of the wires with one endpoint. One request at a time per caller; safe for several callers.</summary>
internal sealed class HttpProvider(Endpoint endpoint, Func<Model, IWire> wireOf, HttpMessageInvoker http, TimeProvider clock) : IProvider
{
    /// <inheritdoc />
    public async IAsyncEnumerable<ModelEvent> StreamAsync(
        ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wire = wireOf(request.Model);
        using var exchange = new Exchange(endpoint, wire, request, http, clock, cancellationToken);
        while (await exchange.AdvanceAsync().ConfigureAwait(false))
        {
            foreach (var told in exchange.Events.Drain())
                yield return told;
        }

        foreach (var told in exchange.Events.Drain())
            yield return told;
        yield return Finish(request, exchange.End, exchange.Usage);
    }

    private static Finished Finish(ModelRequest request, ReplyEnd end, TokenUsage usage)
    {
        ImmutableArray<Billed> billed = usage == TokenUsage.None
            ? []
            : [new Billed(request.Purpose, request.Model.Ref with { Variant = request.Variant }, usage, request.Model.Prices.Of(usage))];
        return new Finished(end.Reason, usage, billed, end.Failure);
    }
}
