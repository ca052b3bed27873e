using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Budgets;

/// <summary>
/// Counts what the turn, the session and the goal of each root session take. Costs and tokens come from what was billed, so
/// subagents, candidates, writers and judges count; what a session took before a restart does too.
/// </summary>
internal sealed class BudgetBook(
    BudgetConfig config, UsageStore usage, StateStore state, Func<string, DateTimeOffset?> goalSince, TimeProvider clock)
{
    private static readonly BudgetLimits None = new();
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(10);
    private readonly ConcurrentDictionary<string, Ledger> ledgers = new();

    /// <summary>Anything is limited at all.</summary>
    public bool IsOn { get; } = config != new BudgetConfig();

    /// <summary>A person's prompt begins a turn; what goes on with it, and what subagents do in it, belongs to it.</summary>
    public void BeginTurn(Session session)
    {
        if (!IsOn || session.Info.ParentId is not null || UserMessages.IsSynthetic(session.History[^1]))
            return;
        var ledger = Of(session.RootId);
        lock (ledger)
        {
            // By the order of the rows and not by the clock, which may be set back.
            Refresh(session.RootId, ledger);
            ledger.BeginTurn(clock.GetUtcNow());
        }
    }

    /// <summary>The first limit of the turn, the session or the goal that is used up; null while none is.</summary>
    public BudgetUse? UsedUp(string rootId)
    {
        var ledger = Of(rootId);
        lock (ledger)
            return Uses(rootId, ledger).FirstOrDefault(use => use.IsUsedUp);
    }

    /// <summary>How much of the budgets of the session and of its goal is used.</summary>
    public ImmutableArray<BudgetUse> Standing(string rootId)
    {
        var ledger = Of(rootId);
        lock (ledger)
            return [.. Uses(rootId, ledger).Where(use => use.Span is not "turn")];
    }

    /// <summary>Counts a step. What is used up comes first; what is nearly used up is named once.</summary>
    public async ValueTask<(BudgetUse? UsedUp, ImmutableArray<BudgetUse> Nearly)> CountAsync(Step step, CancellationToken cancellationToken)
    {
        var (now, rootId) = (clock.GetUtcNow(), step.Session.RootId);
        var own = new Spending(
            step.Billed.Sum(bill => bill.Cost),
            step.Billed.Sum(bill => bill.Usage.Input + bill.Usage.Output + bill.Usage.Cache.Write), 1, now - step.Reply.Info.Time.Created);
        var ledger = Of(rootId);
        Work work;
        BudgetUse? usedUp;
        ImmutableArray<BudgetUse> nearly;
        lock (ledger)
        {
            ledger.Count(now, isRoot: step.Session.Info.ParentId is null);
            BudgetUse[] uses = [.. own.Against("step", config.Step), .. Uses(rootId, ledger)];
            usedUp = uses.FirstOrDefault(use => use.IsUsedUp);
            nearly = [.. uses.Where(use => use.IsNearlyUsedUp && ledger.Warn(use))];
            work = ledger.Work;
        }

        if (config.Session != None || config.Goal != None)
            await state.SetAsync(rootId, Work.Key, JsonSerializer.Serialize(work, BudgetJson.Default.Work), cancellationToken);
        return (usedUp, nearly);
    }

    /// <summary>
    /// Goes off when the first limit of time is reached, also in the middle of a step; never when time is not limited.
    /// </summary>
    /// <param name="rootId">The root session.</param>
    /// <param name="ofStep">What the running step has taken already.</param>
    public CancellationTokenSource Deadline(string rootId, TimeSpan ofStep)
    {
        var ledger = Of(rootId);
        TimeSpan left;
        lock (ledger)
        {
            var now = clock.GetUtcNow();
            left = Least(
                Left(config.Step, ofStep), Left(config.Turn, ledger.Turn(now).Time), Left(config.Session, ledger.SessionTime(now)),
                goalSince(rootId) is { } since ? Left(config.Goal, now - since) : TimeSpan.MaxValue);
        }

        // A timer cannot be set further away than some weeks, and must not go off before the limit is seen to be reached.
        return left > TimeSpan.FromDays(20)
            ? new CancellationTokenSource()
            : new CancellationTokenSource(left < TimeSpan.Zero ? TimeSpan.Zero : left + Grain, clock);
    }

    /// <summary>The same tools, whose calls end when the time is used up; as they are when nothing is limited.</summary>
    public IEnumerable<ITool> Limit(IEnumerable<ITool> tools) =>
        IsOn ? tools.Select(tool => (ITool)new BudgetedTool(tool, this, clock)) : tools;

    private static TimeSpan Left(BudgetLimits limits, TimeSpan taken) =>
        limits.Minutes > 0 ? TimeSpan.FromMinutes(limits.Minutes) - taken : TimeSpan.MaxValue;

    private static TimeSpan Least(params ReadOnlySpan<TimeSpan> spans)
    {
        var least = TimeSpan.MaxValue;
        foreach (var span in spans)
            least = span < least ? span : least;
        return least;
    }

    private Ledger Of(string rootId) => ledgers.GetOrAdd(rootId, id => new Ledger(
        clock.GetUtcNow(), state.Get(id, Work.Key) is { } json ? JsonSerializer.Deserialize(json, BudgetJson.Default.Work)! : new Work()));

    private IEnumerable<BudgetUse> Uses(string rootId, Ledger ledger)
    {
        var now = clock.GetUtcNow();
        var goal = config.Goal == None ? null : goalSince(rootId);
        if (ledger.Follow(goal))
            ledger.RecountGoal(usage.After(rootId, 0));
        Refresh(rootId, ledger);
        return
        [
            .. ledger.Turn(now).Against("turn", config.Turn),
            .. ledger.Session.Against("session", config.Session),
            .. goal is { } since ? ledger.Goal(now - since).Against("goal", config.Goal) : [],
        ];
    }

    private void Refresh(string rootId, Ledger ledger)
    {
        foreach (var row in usage.After(rootId, ledger.LastRow))
            ledger.Add(row);
    }

    /// <summary>The running totals of one root session.</summary>
    private sealed class Ledger(DateTimeOffset begun, Work stored)
    {
        private readonly HashSet<string> warned = [.. stored.Warned];
        private Spending session, turn, goal;
        private DateTimeOffset turnBegun = begun, counted = begun;
        private int turnSteps;

        public Work Work { get; private set; } = stored;

        public long LastRow { get; private set; }

        public Spending Session => session with { Steps = Work.Steps, Time = TimeSpan.FromMinutes(Work.Minutes) };

        /// <summary>With the step that is going on.</summary>
        public TimeSpan SessionTime(DateTimeOffset now) => TimeSpan.FromMinutes(Work.Minutes) + (now - counted);

        public Spending Turn(DateTimeOffset now) => turn with { Steps = turnSteps, Time = now - turnBegun };

        public Spending Goal(TimeSpan time) => goal with { Steps = Work.Steps - Work.StepsBeforeGoal, Time = time };

        public void BeginTurn(DateTimeOffset now)
        {
            (turnBegun, counted, turn, turnSteps) = (now, now, default, 0);
            warned.RemoveWhere(key => key.StartsWith("budget.turn.", StringComparison.Ordinal) || key.StartsWith("budget.step.", StringComparison.Ordinal));
        }

        public void Count(DateTimeOffset now, bool isRoot)
        {
            turnSteps++;

            // Subagents work at the same time as the step that waits for them.
            var minutes = isRoot ? (now - counted).TotalMinutes : 0;
            counted = isRoot ? now : counted;
            Work = Work with { Steps = Work.Steps + 1, Minutes = Work.Minutes + minutes };
        }

        /// <summary>True when it is another goal than before, so that what was billed for it has to be added up anew.</summary>
        public bool Follow(DateTimeOffset? since)
        {
            if (since == Work.GoalSince)
                return false;
            warned.RemoveWhere(key => key.StartsWith("budget.goal.", StringComparison.Ordinal));
            Work = Work with { GoalSince = since, StepsBeforeGoal = Work.Steps };
            return true;
        }

        /// <summary>Adds up what was billed since the goal was set, as far as it was already counted for the rest.</summary>
        public void RecountGoal(IEnumerable<ChargedRow> rows)
        {
            goal = default;
            foreach (var row in rows.Where(row => row.Row <= LastRow && row.Time >= Work.GoalSince))
                goal += new Spending(row.Cost, row.Tokens);
        }

        public void Add(ChargedRow row)
        {
            var spent = new Spending(row.Cost, row.Tokens);
            LastRow = row.Row;
            session += spent;
            turn += spent;
            if (row.Time >= Work.GoalSince)
                goal += spent;
        }

        /// <summary>True the first time.</summary>
        public bool Warn(BudgetUse use)
        {
            var isNew = warned.Add(use.Key);
            if (isNew)
                Work = Work with { Warned = [.. warned] };
            return isNew;
        }
    }
}

/// <summary>What of a session's work is not in its bills, kept across restarts.</summary>
internal sealed record Work(int Steps = 0, double Minutes = 0, DateTimeOffset? GoalSince = null, int StepsBeforeGoal = 0)
{
    public const string Key = "budget.work";

    // "set": generated code would otherwise lose the default when the member is missing.
    public ImmutableArray<string> Warned { get; set; } = [];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Work))]
internal sealed partial class BudgetJson : JsonSerializerContext;
