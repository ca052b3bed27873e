using System.Collections.Frozen;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Compaction;

/// <summary>
/// Makes room without losing anything: results that a later call of the same kind repeats or replaces go out of view, and stay in the
/// history. Done only when that is worth the cached beginning it costs.
/// </summary>
internal sealed class Shrink(SessionLog log, TimeProvider clock)
{
    private const double Worthwhile = 0.25;
    private const int LatestMessages = 6;
    private const int LeastTokens = 100;

    /// <summary>Tools whose later result of the same question holds against the earlier one.</summary>
    private static readonly FrozenSet<string> Looks = FrozenSet.Create("read", "list", "glob", "grep");

    /// <summary>True when a good part of the window became free.</summary>
    public async Task<bool> TryAsync(Session session, ModelRequest view, long usable)
    {
        var repeated = Repeated(view).ToList();
        if (repeated.Sum(call => (long)WindowSize.Of(call)) < usable * Worthwhile)
            return false;
        var now = clock.GetUtcNow();
        await log.StoreAsync(session, [.. repeated.Select(call => (Event)new PartUpdated(Cleared(call, now), now) { SessionId = session.Id })]);
        return true;
    }

    private static IEnumerable<ToolPart> Repeated(ModelRequest view)
    {
        var seen = new HashSet<(string Tool, string Input, string Output)>();
        for (var at = view.Messages.Count - 1; at >= 0; at--)
        {
            foreach (var call in view.Messages[at].Parts.OfType<ToolPart>())
            {
                if (call.State is not ToolCompleted { Time.Compacted: null } done)
                    continue;
                var key = (call.Tool, done.Input.GetRawText(), Looks.Contains(call.Tool) ? "" : done.Output);
                if (!seen.Add(key) && at < view.Messages.Count - LatestMessages && done.Output.Length > LeastTokens * 4)
                    yield return call;
            }
        }
    }

    private static ToolPart Cleared(ToolPart call, DateTimeOffset now) =>
        call with { State = (ToolCompleted)call.State with { Time = ((ToolCompleted)call.State).Time with { Compacted = now } } };
}
