using System.Collections.Immutable;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>
/// Starts the checkpoint writer when the window has filled to one of the thresholds. It never holds the loop up. What a new window
/// begins with crosses none: only growth does. A small window has room for few steps: unless thresholds were chosen, one is written
/// there, shortly before the window is full.
/// </summary>
internal sealed class CheckpointGate(CheckpointConfig config, WindowLimits limits, CheckpointWriter writer) : IStepGate
{
    private const double SmallMark = 0.86;
    private const double MostReserved = 0.3;
    private static readonly ImmutableArray<WindowMark> Usual = new CheckpointConfig().Thresholds;

    public ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken)
    {
        var session = step.Session;
        if (step.Use.Before is 0 || step.Use.After <= step.Use.Before || session.Id != session.RootId)
            return new(Pass.Instance);

        var use = step.Use with { Limit = limits.Usable(session.Turn.Model) };
        if (Thresholds(config, use.Limit).Any(use.Crosses))
            writer.Start(session, step.Request with { Messages = session.History });
        return new(Pass.Instance);
    }

    /// <summary>The shares of a usable window at which checkpoints are written.</summary>
    public static IEnumerable<double> Thresholds(CheckpointConfig config, long usable)
    {
        var isSmall = WindowLimits.IsSmall(usable);
        if (isSmall && config.Thresholds.SequenceEqual(Usual))
            return [SmallMark];
        var most = isSmall ? SmallMark : 1 - Math.Min((double)config.Reserved / usable, MostReserved);
        return config.Thresholds.Select(threshold => Math.Min(threshold.Of(usable) / usable, most));
    }
}
