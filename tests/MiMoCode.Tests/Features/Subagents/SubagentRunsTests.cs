using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Providers;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Features.Subagents;

public sealed class SubagentRunsTests
{
    private const string Report = "Status: success\nSummary: It is in a.cs.\n\nLine 3.";

    [Fact]
    public async Task A_subagent_works_in_a_child_session_and_its_report_is_the_result_of_the_call()
    {
        var provider = new TeamProvider(
            ("build", [Call("run", "explore", "Where is it?"), Say.Text("Found.")]),
            ("explore", [Say.Text(Report)]));
        await using var team = await TeamHarness.StartAsync(provider);

        var end = await team.RunAsync("Find it");

        Assert.Equal(StopReason.Done, end.Reason);
        var result = Assert.IsType<ToolCompleted>(Assert.Single(team.Calls()).State);
        Assert.StartsWith("<subagent id=\"explore-1\" agent=\"explore\" state=\"done\" status=\"success\">", result.Output, StringComparison.Ordinal);
        Assert.Contains("Line 3.", result.Output, StringComparison.Ordinal);
        var child = Assert.Single(team.Store.Children(TeamHarness.RootId));
        Assert.Equal(("explore", "explore-1"), (child.Agent, child.Slug));
        var run = Assert.Single(team.Rows.OfParent(TeamHarness.RootId));
        Assert.Equal((RunState.Done, "success", "It is in a.cs."), (run.State, run.Outcome, run.Summary));
    }

    [Fact]
    public async Task A_task_that_is_given_to_a_subagent_is_its_own_and_is_named_in_its_prompt()
    {
        List<string> asked = [];
        await using var team = await TeamHarness.StartAsync(new TeamProvider(
            ("build", [Say.Call(("actor", """{"action":"run","agent":"general","prompt":"Do it","task":"T7"}""")), Say.Call(("actor", """{"action":"run","agent":"general","prompt":"Do it","task":"T1"}""")), Say.Text("Done.")]),
            ("general", [request =>
            {
                asked.Add(string.Concat(request.Messages[0].Parts.OfType<TextPart>().Select(part => part.Text)));
                return Say.Text(Report)(request);
            }])));
        var root = team.Store.Find(TeamHarness.RootId)!;
        await team.Tasks.ChangeAsync(
            team.OpenRoot(), tree => [new TaskChange(tree.NextId(null), TaskChangeKind.Created, "Move the store", DateTimeOffset.UnixEpoch)], CancellationToken.None);

        await team.RunAsync("Give it away");

        Assert.Contains("There is no task T7", Assert.IsType<ToolFailed>(team.Calls().First().State).Error, StringComparison.Ordinal);
        Assert.Contains("This is task T1 (Move the store), and it is yours now.", Assert.Single(asked), StringComparison.Ordinal);
        var task = Assert.Single(team.Tasks.List(root.Id));
        Assert.Equal((TaskState.InProgress, Assert.Single(team.Store.Children(root.Id)).Id), (task.Status, task.Owner));
    }

    [Fact]
    public async Task What_a_subagent_costs_counts_in_the_root_session()
    {
        Func<ModelRequest, IEnumerable<ModelEvent>> paid = request =>
            [new TextDelta(Report), new Finished(StopReason.Done, TokenUsage.None, [new Billed(request.Purpose, request.Model.Ref, TokenUsage.None, 0.5m)])];
        await using var team = await TeamHarness.StartAsync(new TeamProvider(
            ("build", [Call("run", "explore", "Look"), Say.Text("Done.")]), ("explore", [paid])));

        await team.RunAsync("Go");

        Assert.Equal(0.5m, Assert.Single(team.Usage.Sum(UsageGroup.Root, TeamHarness.RootId)).Cost);
    }

    [Fact]
    public async Task Several_run_at_the_same_time_but_not_more_than_are_allowed()
    {
        var (running, most) = (0, 0);
        var twoRun = new TaskCompletionSource();
        var look = new TestTool("look", async (_, stopping) =>
        {
            lock (twoRun)
                most = Math.Max(most, ++running);
            if (running == 2)
                twoRun.TrySetResult();
            await twoRun.Task.WaitAsync(stopping);
            lock (twoRun)
                running--;
            return "";
        }, exclusive: false);
        var three = Enumerable.Repeat(("actor", Json("run", "explore", "Look")), 3).ToArray();
        await using var team = await TeamHarness.StartAsync(new TeamProvider(
            ("build", [Say.Call(three), Say.Text("Done.")]),
            ("explore", [Say.Call(("look", "{}")), Say.Call(("look", "{}")), Say.Text(Report), Say.Text(Report), Say.Text(Report)])), [look], parallel: 2);

        await team.RunAsync("Go");

        Assert.Equal(2, most);
        Assert.All(team.Calls(), call => Assert.IsType<ToolCompleted>(call.State));
    }

    [Fact]
    public async Task A_result_of_the_background_wakes_the_parent()
    {
        var provider = new TeamProvider(
            ("build", [Call("spawn", "explore", "Look"), Say.Text("Started."), Say.Text("Thanks.")]), ("explore", [Say.Text(Report)]));
        await using var team = await TeamHarness.StartAsync(provider);

        var end = await team.RunAsync("Go");
        if (team.Runs.LiveOf(TeamHarness.RootId) is [var run])
            await run.Ended;
        await team.Loops.WaitAsync(TeamHarness.RootId, "", CancellationToken.None);

        Assert.Equal(StopReason.Done, end.Reason);
        var told = team.Store.Export(TeamHarness.RootId).Messages.Where(message => message.Info is UserMessage).Skip(1).Single();
        Assert.Contains("It is in a.cs.", ((TextPart)told.Parts[0]).Text, StringComparison.Ordinal);
        Assert.Equal(3, provider["build"].Requests.Count);
    }

    [Fact]
    public async Task A_child_in_the_background_that_does_not_get_on_is_reported_once()
    {
        var (started, reported, clock) = (new TaskCompletionSource(), new TaskCompletionSource(), new ManualClock());
        Func<ModelRequest, IEnumerable<ModelEvent>> hears = request =>
        {
            reported.TrySetResult();
            return Say.Text("I see.")(request);
        };
        await using var team = await TeamHarness.StartAsync(
            new TeamProvider(("build", [Call("spawn", "general", "Work"), Say.Text("Started."), hears]), ("general", [Say.Call(("wait", "{}"))])),
            [Endless(started)], clock: clock);
        await team.PromptAsync("Go");
        await started.Task;
        await team.Loops.WaitAsync(TeamHarness.RootId, "", CancellationToken.None);

        for (var minute = 0; minute < 20 && !reported.Task.IsCompleted; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.WhenAny(reported.Task, Task.Delay(20));
        }

        await reported.Task.WaitAsync(TimeSpan.FromSeconds(10));
        var told = team.Store.Export(TeamHarness.RootId).Messages.Where(message => message.Info is UserMessage).Skip(1).Single();
        Assert.Contains("general-1 has not got on for", ((TextPart)told.Parts[0]).Text, StringComparison.Ordinal);
        Assert.True(Assert.Single(team.Runs.LiveOf(TeamHarness.RootId)).Silent.IsCompleted);
    }

    [Fact]
    public async Task Stopping_the_parent_ends_its_children_within_a_second()
    {
        var started = new TaskCompletionSource();
        var endless = Endless(started);
        await using var team = await TeamHarness.StartAsync(
            new TeamProvider(("build", [Call("run", "general", "Work")]), ("general", [Say.Call(("wait", "{}"))])), [endless]);
        await team.PromptAsync("Go");
        await started.Task;

        var before = TimeProvider.System.GetTimestamp();
        await team.Loops.AbortAsync(TeamHarness.RootId, CancellationToken.None);

        Assert.True(TimeProvider.System.GetElapsedTime(before) < TimeSpan.FromSeconds(1));
        var run = Assert.Single(team.Rows.OfParent(TeamHarness.RootId));
        Assert.Equal(RunState.Cancelled, run.State);
        Assert.IsType<ToolFailed>(Assert.Single(team.Calls(run.SessionId)).State);
        Assert.Empty(await team.Loops.StatusAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_a_dead_process_left_open_is_said_in_the_inbox_and_can_be_resumed()
    {
        var provider = new TeamProvider(
            ("build", [Say.Text("Hello."), Say.Call(("actor", """{"action":"run","id":"general-1","prompt":"Go on"}""")), Say.Text("Done.")]),
            ("general", [Say.Text(Report)]));
        await using var team = await TeamHarness.StartAsync(provider);
        await team.RunAsync("Hello");
        await team.Store.CreateAsync(team.NewSession("ses_child", TeamHarness.RootId) with { Slug = "general-1", Agent = "general" }, SessionKind.Subagent);
        var now = TimeProvider.System.GetUtcNow();
        await team.Rows.AddAsync(
            new RunRow("run_1", TeamHarness.RootId, "ses_child", null, "general", "none", true, "gone", RunState.Running, now, now), CancellationToken.None);

        await team.Runs.SettleAsync(CancellationToken.None);
        await team.Runs.SettleAsync(CancellationToken.None);

        Assert.Equal(RunState.Interrupted, Assert.Single(team.Rows.OfParent(TeamHarness.RootId)).State);
        var told = Assert.Single(team.Queue.Waiting(TeamHarness.RootId), message => message.Info.Id == "msg_1");
        Assert.Contains("state=\"interrupted\"", ((TextPart)told.Parts[0]).Text, StringComparison.Ordinal);

        await team.RunAsync("Go on");
        Assert.Equal(RunState.Done, Assert.Single(team.Rows.OfParent(TeamHarness.RootId)).State);
    }

    [Fact]
    public async Task Goes_on_in_an_earlier_child_by_its_id()
    {
        var provider = new TeamProvider(
            ("build",
            [
                Call("run", "general", "First"), Say.Call(("actor", """{"action":"run","id":"general-1","prompt":"Second"}""")), Say.Text("Done."),
            ]),
            ("general", [Say.Text(Report), Say.Text(Report)]));
        await using var team = await TeamHarness.StartAsync(provider);

        await team.RunAsync("Go");

        Assert.Single(team.Store.Children(TeamHarness.RootId));
        Assert.Equal(3, provider["general"].Requests.Last().Messages.Count);
    }

    [Fact]
    public async Task A_subagent_is_bound_by_every_agent_that_led_to_it_also_when_it_is_resumed()
    {
        var provider = new TeamProvider(
            ("build", [Call("run", "general", "First"), Say.Text("Done.")]),
            ("plan", [Say.Call(("actor", """{"action":"run","id":"general-1","prompt":"Second"}""")), Say.Text("Done.")]),
            ("general", [Say.Text(Report), Say.Text(Report)]));
        await using var team = await TeamHarness.StartAsync(provider);

        await team.RunAsync("Go");
        await team.RunAsync("Plan", "plan");

        Assert.Equal("build plan", string.Join(' ', Starters.Of(Assert.Single(team.Store.Children(TeamHarness.RootId)))));
        var sources = new PermissionSources([], agent => agent is "plan" ? [new(RuleLayer.Agent, BuiltInRules.ReadOnly)] : [], "/home");
        var free = sources.For("general", [], [], ["build"]).Judge(PermissionNames.Edit, "/a");
        var bound = sources.For("general", [new("*", "*", PermissionAction.Allow)], [], ["build", "plan"]).Judge(PermissionNames.Edit, "/a");
        Assert.Equal((PermissionAction.Allow, PermissionAction.Deny), (free.Action, bound.Action));
    }

    [Theory]
    [InlineData("""{"action":"run","agent":"build","prompt":"x"}""", "no agent called build that can be started")]
    [InlineData("""{"action":"run","agent":"title","prompt":"x"}""", "no agent called title that can be started")]
    [InlineData("""{"action":"run","agent":"explore"}""", "need a prompt")]
    [InlineData("""{"action":"wait","id":"explore-9"}""", "no subagent explore-9")]
    public async Task Says_what_cannot_be_done_and_what_can(string json, string said)
    {
        await using var team = await TeamHarness.StartAsync(new TeamProvider(("build", [Say.Call(("actor", json)), Say.Text("I see.")])));

        await team.RunAsync("Go");

        Assert.Contains(said, Assert.IsType<ToolFailed>(Assert.Single(team.Calls()).State).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subagent_cannot_start_others_below_the_depth_that_is_allowed()
    {
        await using var team = await TeamHarness.StartAsync(new TeamProvider(
            ("build", [Call("run", "general", "Work"), Say.Text("Done.")]),
            ("general", [Call("run", "explore", "Look"), Say.Text(Report)])));

        await team.RunAsync("Go");

        var child = Assert.Single(team.Store.Children(TeamHarness.RootId));
        Assert.Contains("cannot start others", Assert.IsType<ToolFailed>(Assert.Single(team.Calls(child.Id)).State).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agents_that_start_their_own_kind_come_to_an_end_too()
    {
        await using var team = await TeamHarness.StartAsync(
            new TeamProvider(("build", [Call("run", "general", "Work"), Say.Text("Done.")]), ("general", [.. Enumerable.Repeat(Call("run", "general", "Again"), 3), .. Enumerable.Repeat(Say.Text(Report), 10)])),
            depth: 3);

        var end = await team.RunAsync("Go");

        Assert.Equal(StopReason.Done, end.Reason);
        var depth = 0;
        for (var id = TeamHarness.RootId; team.Store.Children(id) is [var child]; id = child.Id)
            depth++;
        Assert.Equal(3, depth);
    }

    [Fact]
    public async Task What_a_call_did_not_wait_for_to_the_end_comes_as_a_message()
    {
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var wait = new TestTool("wait", async (_, stopping) =>
        {
            started.TrySetResult();
            await release.Task.WaitAsync(stopping);
            return "";
        });
        await using var team = await TeamHarness.StartAsync(
            new TeamProvider(
                ("build", [Say.Call(("actor", """{"action":"run","agent":"general","prompt":"Work","timeout":1}""")), Say.Text("Later then."), Say.Text("Thanks.")]),
                ("general", [Say.Call(("wait", "{}")), Say.Text(Report)])),
            [wait]);

        await team.RunAsync("Go");
        await started.Task;
        release.SetResult();
        if (team.Runs.LiveOf(TeamHarness.RootId) is [var run])
            await run.Ended;
        await team.Loops.WaitAsync(TeamHarness.RootId, "", CancellationToken.None);

        Assert.Contains("is still at work", ConversationText.Of(team.Store.Export(TeamHarness.RootId).Messages, 100_000), StringComparison.Ordinal);
        var told = team.Store.Export(TeamHarness.RootId).Messages.Where(message => message.Info is UserMessage).Skip(1).Single();
        Assert.Contains("It is in a.cs.", ((TextPart)told.Parts[0]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_that_fails_is_a_failed_call()
    {
        await using var team = await TeamHarness.StartAsync(new TeamProvider(
            ("build", [Call("run", "general", "Work"), Say.Text("I see.")]),
            ("general", [Say.Fail(new ProviderFailure(FailureKind.Quota, "No credit is left."))])));

        await team.RunAsync("Go");

        Assert.Contains("No credit is left.", Assert.IsType<ToolFailed>(Assert.Single(team.Calls()).State).Error, StringComparison.Ordinal);
    }

    private static TestTool Endless(TaskCompletionSource started) => new("wait", async (_, stopping) =>
    {
        started.SetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        return "";
    });

    private static Func<ModelRequest, IEnumerable<ModelEvent>> Call(string action, string agent, string prompt) =>
        Say.Call(("actor", Json(action, agent, prompt)));

    private static string Json(string action, string agent, string prompt) =>
        $$"""{"action":"{{action}}","agent":"{{agent}}","prompt":"{{prompt}}"}""";
}
