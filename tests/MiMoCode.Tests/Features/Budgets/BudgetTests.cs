using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MiMoCode.Engine.Features.Budgets;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Providers;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Features.Budgets;

public sealed class BudgetTests
{
    private readonly ConcurrentQueue<Event> told = new();
    private readonly ManualClock clock = new(TimeProvider.System.GetUtcNow());
    private BudgetBook? book;
    private bool waits;

    [Fact]
    public async Task A_turn_ends_when_its_money_is_spent_and_is_warned_about_once_before()
    {
        await using var team = await StartAsync(new BudgetConfig { Turn = new() { Cost = 1.00m } }, Call(0.40m), Call(0.45m), Call(0.05m), Call(0.20m), Say.Text("never"));

        var end = await team.RunAsync("Go");

        Assert.Equal((StopReason.Budget, "The budget of this turn is used up: 1.10 of 1.00 dollars (budget.turn.cost)."), (end.Reason, end.Text));
        Assert.Equal("Of the budget of this turn, 0.85 of 1.00 dollars are used.", Assert.Single(told.OfType<SessionWarning>()).Text);
    }

    [Fact]
    public async Task The_next_prompt_has_the_whole_budget_of_a_turn_again_but_not_that_of_the_session()
    {
        await using var team = await StartAsync(
            new BudgetConfig { Turn = new() { Steps = 2 }, Session = new() { Steps = 4 } }, Call(), Call(), Call(), Call(), Say.Text("never"));

        var first = await team.RunAsync("Go");
        var second = await team.RunAsync("Go on");
        var third = await team.RunAsync("Go on");

        Assert.Equal("The budget of this turn is used up: 2 of 2 steps (budget.turn.steps).", first.Text);
        Assert.Equal(StopReason.Budget, second.Reason);
        Assert.Equal((StopReason.Budget, "The budget of this session is used up: 4 of 4 steps (budget.session.steps). Nothing was asked."), (third.Reason, third.Text));
    }

    [Fact]
    public async Task A_session_is_counted_on_after_a_restart()
    {
        var config = new BudgetConfig { Session = new() { Tokens = 250, Steps = 10 } };
        await using var team = await StartAsync(config, Call(0.1m), Say.Text("Done."), Say.Text("never"));
        await team.RunAsync("Go");

        book = new BudgetBook(config with { Session = new() { Steps = 2 } }, team.Usage, team.State, _ => null, clock);
        Assert.Equal("2 of 2 steps", book.UsedUp(TeamHarness.RootId)?.Words);
        book = new BudgetBook(config with { Session = new() { Tokens = 110 } }, team.Usage, team.State, _ => null, clock);
        Assert.Equal("110 of 110 tokens", book.UsedUp(TeamHarness.RootId)?.Words);
    }

    [Fact]
    public async Task What_subagents_cost_counts_for_the_session_that_started_them()
    {
        var provider = new TeamProvider(
            ("build", [Say.Call(("actor", """{"action":"run","agent":"general","prompt":"Look."}""")), Call(), Say.Text("never")]),
            ("general", [Bill(0.9m, Say.Text("Seen."))]));
        await using var team = await StartAsync(new BudgetConfig { Turn = new() { Cost = 0.5m } }, provider);

        var end = await team.RunAsync("Go");

        Assert.Equal(StopReason.Budget, end.Reason);
        Assert.Equal(0.9m, Assert.Single(team.Usage.Sum(UsageGroup.Root)).Cost);
    }

    [Fact]
    public async Task A_turn_that_is_done_stays_done_although_its_last_step_was_dear()
    {
        await using var team = await StartAsync(new BudgetConfig { Turn = new() { Cost = 0.5m }, Step = new() { Cost = 0.5m } }, Bill(2m, Say.Text("Done.")));

        Assert.Equal(StopReason.Done, (await team.RunAsync("Go")).Reason);
    }

    [Fact]
    public async Task A_step_that_costs_too_much_ends_the_turn()
    {
        await using var team = await StartAsync(new BudgetConfig { Step = new() { Cost = 0.5m } }, Call(0.4m), Call(0.6m), Say.Text("never"));

        Assert.Equal("The budget of this step is used up: 0.60 of 0.50 dollars (budget.step.cost).", (await team.RunAsync("Go")).Text);
    }

    [Fact]
    public async Task Time_is_counted_from_the_prompt_on()
    {
        await using var team = await StartAsync(new BudgetConfig { Turn = new() { Minutes = 10 } }, Call(), Call(), Say.Text("never"));

        var end = await team.RunAsync("Go");

        Assert.Equal("The budget of this turn is used up: 12 of 10 minutes (budget.turn.minutes).", end.Text);
    }

    [Fact]
    public async Task A_reply_that_does_not_come_is_broken_off_when_the_time_is_over()
    {
        await using var team = await StartAsync(new BudgetConfig { Turn = new() { Minutes = 10 } }, Say.Text("never"));
        waits = true;

        var run = team.RunAsync("Go");
        await clock.UntilWaitingAsync(1, default);
        clock.Advance(TimeSpan.FromMinutes(11));

        var end = await run;
        Assert.Equal((StopReason.Budget, "The budget of this turn is used up: 11 of 10 minutes (budget.turn.minutes)."), (end.Reason, end.Text));
    }

    [Fact]
    public async Task A_call_that_does_not_end_is_ended_when_the_time_is_over()
    {
        var running = new TaskCompletionSource();
        var endless = new TestTool("wait", async (_, stopping) =>
        {
            running.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stopping);
            return "never";
        });
        await using var team = await StartAsync(
            new BudgetConfig { Session = new() { Minutes = 5 } }, new TeamProvider(("build", [Call(), Say.Text("never")])), endless);

        var run = team.RunAsync("Go");
        await running.Task;
        clock.Advance(TimeSpan.FromMinutes(6));

        var end = await run;
        Assert.Equal((StopReason.Budget, "The budget of this session is used up: 6 of 5 minutes (budget.session.minutes)."), (end.Reason, end.Text));
    }

    [Fact]
    public async Task A_goal_has_its_budget_from_the_moment_it_was_set()
    {
        var config = new BudgetConfig { Goal = new() { Cost = 1 } };
        DateTimeOffset? since = null;
        await using var team = await StartAsync(new BudgetConfig(), Bill(5m, Say.Text("Done.")), Bill(0.5m, Say.Text("Done.")), Bill(0.6m, Say.Text("Done.")));
        book = new BudgetBook(config, team.Usage, team.State, _ => since, clock);
        await team.RunAsync("Before");

        Assert.Null(book.UsedUp(TeamHarness.RootId));
        since = team.Usage.After(TeamHarness.RootId, 0)[^1].Time.AddMilliseconds(1);
        await team.RunAsync("For the goal");
        Assert.Null(book.UsedUp(TeamHarness.RootId));
        await team.RunAsync("For the goal");
        Assert.Equal("The budget of this goal is used up: 1.10 of 1.00 dollars (budget.goal.cost).", book.UsedUp(TeamHarness.RootId)?.End);
    }

    private Task<TeamHarness> StartAsync(BudgetConfig config, params Func<ModelRequest, IEnumerable<ModelEvent>>[] script) =>
        StartAsync(config, new TeamProvider(("build", script)));

    private Task<TeamHarness> StartAsync(BudgetConfig config, TeamProvider provider, TestTool? tool = null)
    {
        var wait = tool ?? new TestTool("wait", (_, _) =>
        {
            clock.Advance(TimeSpan.FromMinutes(6));
            return Task.FromResult("done");
        });
        return TeamHarness.StartAsync(
            new Guarded(provider, () => book!, () => waits), [new LateLimit(wait, () => book!, clock)],
            gates: team =>
            {
                book = new BudgetBook(config, team.Usage, team.State, _ => null, clock);
                return [new BudgetGate(book, told.Enqueue)];
            },
            beginTurn: session => book!.BeginTurn(session));
    }

    private static Func<ModelRequest, IEnumerable<ModelEvent>> Call(decimal cost = 0) => Bill(cost, Say.Call(("wait", "{}")));

    private static Func<ModelRequest, IEnumerable<ModelEvent>> Bill(decimal cost, Func<ModelRequest, IEnumerable<ModelEvent>> reply) => request =>
        reply(request).Select(told => told is Finished end ? end with { Billed = [new Billed(request.Purpose, request.Model.Ref, end.Usage, cost)] } : told);

    /// <summary>The book is made after the provider.</summary>
    private sealed class Guarded(IProvider inner, Func<BudgetBook> book, Func<bool> waits) : IProvider
    {
        public IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, CancellationToken cancellationToken) =>
            new BudgetedProvider(waits() ? new Silent() : inner, book(), TeamHarness.RootId).StreamAsync(request, cancellationToken);
    }

    /// <summary>A model that never answers.</summary>
    private sealed class Silent : IProvider
    {
        public async IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            yield break;
        }
    }

    /// <summary>And after the tools.</summary>
    private sealed class LateLimit(ITool inner, Func<BudgetBook> book, TimeProvider clock) : ITool
    {
        public ToolDefinition Definition => inner.Definition;

        public ValueTask<ToolPlan> PlanAsync(JsonElement input, ToolContext context, CancellationToken cancellationToken) =>
            new BudgetedTool(inner, book(), clock).PlanAsync(input, context, cancellationToken);
    }
}
