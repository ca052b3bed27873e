namespace MiMoCode.Providers;

/// <summary>
/// Streams one model request. Failures of the model or the network end the stream as a <see cref="Finished"/> with a reason;
/// only cancellation throws. Called by the loop and by decorators, from one session at a time each.
/// </summary>
public interface IProvider
{
    /// <summary>The events of the reply; the last one is always <see cref="Finished"/>.</summary>
    IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, CancellationToken cancellationToken);
}
