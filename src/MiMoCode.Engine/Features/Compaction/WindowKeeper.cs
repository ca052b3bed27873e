using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using MiMoCode.Engine.Features.Checkpoints;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Compaction;

/// <summary>
/// Opens a new window when the next request would not fit: once, stored, and built from the checkpoint, the latest messages and what
/// the program knows by itself. The messages before it stay in the history and can be looked up.
/// </summary>
internal sealed class WindowKeeper(
    WindowLimits limits, CheckpointWriter writer, CheckpointStore checkpoints, Summariser summariser, SessionStore store, RebuildText text,
    ContextBuilder context, SessionLog log, CompactionConfig config, CheckpointConfig? checkpointing, StateStore state, TimeProvider clock) : IWindowKeeper
{
    private const int MostTokens = 65_000;
    private const double Share = 0.45;
    private const double TailShare = 0.4;
    private const double LongestTailShare = 0.65;
    private const double LeastLongestTail = 0.15;
    private const double LeastShare = 0.12;
    private const double MostNewest = 0.4;
    private const double AfterRefusal = 0.7;
    private const double LeastProgress = 0.95;
    private static readonly TimeSpan WriterPatience = TimeSpan.FromMinutes(1);
    private readonly WindowSize size = new();
    private readonly Shrink shrink = new(log, clock);

    /// <summary>What a provider has shown its limit to be by refusing a request.</summary>
    private readonly ConditionalWeakTable<Session, StrongBox<long>> learned = [];
    private readonly ConcurrentDictionary<string, WindowOrder> orders = [];

    /// <summary>Has a new window opened before the next request of a session that is being driven.</summary>
    public void Order(string sessionId, WindowOrder order) => orders[sessionId] = order;

    public async ValueTask<bool> FitAsync(Session session, ModelRequest next, bool refused, CancellationToken cancellationToken)
    {
        if (orders.TryRemove(session.Id, out var order))
        {
            await OpenAsync(session, next, order, cancellationToken);
            return true;
        }

        if (!config.Auto)
            return false;

        var taken = size.Of(session, next);
        if (refused)
            await LearnAsync(session, (long)(Math.Min(taken, Usable(session)) * AfterRefusal), cancellationToken);
        var isFull = taken >= Usable(session);
        if (!isFull && !IsDue(session, next, taken))
            return false;
        if (isFull && !refused && config.Prune && await shrink.TryAsync(session, next, Usable(session)))
            return true;
        await OpenAsync(session, next, new WindowOrder(IsSummary: checkpointing is null, Auto: true), cancellationToken);

        // A provider that refuses what cannot be made shorter is not asked for ever.
        return !refused || size.Of(session, next with { Messages = session.History }) < taken * LeastProgress;
    }

    /// <summary>
    /// True when a small window is nearly full and its checkpoint has just been written: what came since may stay as it is, and nobody
    /// has to wait for a writer.
    /// </summary>
    private bool IsDue(Session session, ModelRequest next, long taken)
    {
        var usable = Usable(session);
        if (checkpointing is null || !WindowLimits.IsSmall(usable) || taken < CheckpointGate.Thresholds(checkpointing, usable).DefaultIfEmpty(1).Max() * usable
            || checkpoints.Latest(session.Id) is not { } latest)
            return false;
        var numbers = store.Numbers(session.Id, 0);
        return latest.CoveredSeq > HeadOf(next, numbers)
            && Uncovered(next, numbers, latest.CoveredSeq) >= TailStart(next, numbers, LongestTail(session, Room(session, next)), usable);
    }

    /// <summary>Opens the new window, also when the old one would still do.</summary>
    public async Task OpenAsync(Session session, ModelRequest view, WindowOrder order, CancellationToken cancellationToken)
    {
        var usable = Usable(session);
        var room = Room(session, view);
        await writer.WaitAsync(session, WriterPatience, cancellationToken);

        var numbers = store.Numbers(session.Id, 0);
        var plan = new RebuildView(session, view.Messages, 0, numbers, null, room) { Order = order };
        plan = order.IsSummary
            ? await SumUpAsync(plan, view, cancellationToken)
            : await CoverAsync(plan, view, cancellationToken);
        var tail = view.Messages.Skip(plan.Start).Sum(message => (long)size.Of(message));
        // What the user wants stands in every window, however long the last output was.
        var parts = text.Build(plan with { Room = Math.Max(room - tail, (long)(usable * LeastShare)) });

        var head = UserMessages.Synthetic(session, "", clock);
        head = head with { Parts = parts(head.Info.Id) };
        var window = await context.RenderWindowAsync(session, StartId(view, plan.Start) ?? head.Info.Id, head.Info.Id, cancellationToken);
        var before = size.Of(session, view);
        await log.StoreAsync(session, [.. log.FactsOf(session, head), window]);
        log.Tell(new WindowRebuilt(head.Info.Id, plan.Checkpoint?.Version, plan.Summary is not null, before, size.Of(session, view with
        {
            System = window.System, Tools = window.Tools, Messages = session.History,
        })) { SessionId = session.Id });
        if (plan.Summary is not null)
            log.Tell(new SessionCompacted { SessionId = session.Id });
    }

    /// <summary>A summary of what goes out of view; what the program knows by itself stands in for it when the model gives none.</summary>
    private async Task<RebuildView> SumUpAsync(RebuildView plan, ModelRequest view, CancellationToken cancellationToken)
    {
        var start = TailStart(view, plan.Numbers, Tail(plan), Usable(plan.Session));
        var summary = await summariser.SumUpAsync(
            plan.Session, view with { Messages = view.Messages.GetRange(0, start) }, plan.Order.Focus, cancellationToken);
        return plan with { Start = start, Summary = summary, Checkpoint = summary is null ? checkpoints.Latest(plan.Session.Id) : null };
    }

    /// <summary>
    /// Where the messages that stay begin, and a checkpoint that covers those before it: the newest one if the rest fits, else one
    /// that is written now.
    /// </summary>
    private async Task<RebuildView> CoverAsync(RebuildView plan, ModelRequest view, CancellationToken cancellationToken)
    {
        var (session, numbers) = (plan.Session, plan.Numbers);
        var checkpoint = await writer.SettleAsync(session.Id, cancellationToken);
        var start = TailStart(view, numbers, Tail(plan), Usable(session));
        if (plan.Order.Auto && checkpoint is not null && Uncovered(view, numbers, checkpoint.CoveredSeq) is var first && first < start)
        {
            var longest = TailStart(view, numbers, LongestTail(session, plan.Room), Usable(session));
            if (longest <= first)
                return plan with { Start = first, Checkpoint = checkpoint };
        }

        if (checkpointing is not null && (checkpoint is null || Uncovered(view, numbers, checkpoint.CoveredSeq) < start))
        {
            var covered = view with { Messages = view.Messages.GetRange(0, start) };
            checkpoint = await writer.WriteAsync(session, covered, cancellationToken, fits: size.Of(session, covered) < Limit(session));
        }

        return plan with { Start = start, Checkpoint = checkpoint };
    }

    /// <summary>
    /// The first message that stays: as many as fit, whole messages only. Those that the window before had kept already are not kept
    /// again: the store orders them before its head.
    /// </summary>
    private int TailStart(ModelRequest view, IReadOnlyDictionary<string, long> numbers, long most, long usable)
    {
        var head = HeadOf(view, numbers);
        var (start, taken) = (view.Messages.Count, 0L);
        while (start > 0 && numbers.GetValueOrDefault(view.Messages[start - 1].Info.Id) > head)
        {
            // Without its newest message a model would do again what it has just done.
            taken += size.Of(view.Messages[start - 1]);
            var isNewest = start == view.Messages.Count && taken < usable * MostNewest;
            if (taken > most && !isNewest)
                break;
            start--;
        }

        return start;
    }

    private static long HeadOf(ModelRequest view, IReadOnlyDictionary<string, long> numbers) =>
        view.Messages is [var first, ..] && RebuildText.IsHead(first) ? numbers.GetValueOrDefault(first.Info.Id) : -1;

    /// <summary>What a new window may begin with, beside what stands in every one, in estimated tokens.</summary>
    private long Room(Session session, ModelRequest view)
    {
        var (usable, ratio) = (Usable(session), size.Ratio(session, view));
        return (long)(Math.Max(usable * 0.15, Math.Min(MostTokens, usable * Share) - (WindowSize.Fixed(view) * ratio)) / ratio);
    }

    private long LongestTail(Session session, long room) => (long)Math.Max(room * LongestTailShare, Usable(session) * LeastLongestTail);

    // Whoever asks for a new window wants a small one.
    private long Tail(RebuildView plan) => (long)Math.Min(
        plan.Room * TailShare,
        plan.Order is { Auto: true, IsSummary: false } ? plan.Room : config.PreserveRecentTokens ?? Math.Clamp(Usable(plan.Session) / 4, 2_000, 8_000));

    private static int Uncovered(ModelRequest view, IReadOnlyDictionary<string, long> numbers, long covered)
    {
        var first = view.Messages.FindIndex(message => numbers.GetValueOrDefault(message.Info.Id) > covered && !RebuildText.IsHead(message));
        return first < 0 ? view.Messages.Count : first;
    }

    private static string? StartId(ModelRequest view, int start) => start < view.Messages.Count ? view.Messages[start].Info.Id : null;

    /// <summary>What no request may take up.</summary>
    private long Limit(Session session) => Math.Min(Learned(session), session.Turn.Model.ContextLimit is > 0 and var declared ? declared : long.MaxValue);

    private long Usable(Session session) => Math.Min(Learned(session), limits.Usable(session.Turn.Model));

    private long Learned(Session session) => learned.GetValue(
        session,
        each => new StrongBox<long>(long.TryParse(state.Get(each.Id, LimitOf(each)), CultureInfo.InvariantCulture, out var known) ? known : long.MaxValue)).Value;

    // Kept, so that the next start of the program need not be refused to know it.
    private Task LearnAsync(Session session, long limit, CancellationToken cancellationToken)
    {
        learned.AddOrUpdate(session, new StrongBox<long>(limit));
        return state.SetAsync(session.Id, LimitOf(session), limit.ToString(CultureInfo.InvariantCulture), cancellationToken);
    }

    private static string LimitOf(Session session) => $"window-limit {session.Turn.Model.Ref}";
}
