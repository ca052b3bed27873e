using MiMoCode.Engine.Loop;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Compaction;

/// <summary>Sends every message of the session: right for sessions that fit the model, which are told when one does not.</summary>
internal sealed class WholeHistory : IWindowKeeper
{
    public ValueTask<bool> FitAsync(Session session, ModelRequest next, bool refused, CancellationToken cancellationToken) => new(false);
}
