using MiMoCode.Engine.Features.Goals;
using MiMoCode.Engine.Guard;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Features.Goals;

public sealed class GoalGateTests
{
    private const string NotMet = """{"verdict":"not_met","reason":"No test was run."}""";
    private const string Met = """The evidence shows it. {"verdict":"met","reason":"The tests pass."}""";

    [Fact]
    public async Task Sends_the_agent_back_three_times_and_lets_it_go_when_the_goal_is_met()
    {
        var provider = new TeamProvider(
            ("build", [Say.Text("Done."), Say.Text("Really done."), Say.Text("Done now."), Say.Text("The tests pass.")]),
            ("judge", [Say.Text(NotMet), Say.Text(NotMet), Say.Text(NotMet), Say.Text(Met)]));
        await using var team = await StartAsync(provider);
        await Book(team).SetAsync(TeamHarness.RootId, "The tests pass.", null, null, CancellationToken.None);

        var end = await team.RunAsync("Make the tests pass");

        Assert.Equal(StopReason.Done, end.Reason);
        var goal = Book(team).Find(TeamHarness.RootId)!;
        Assert.Equal((GoalState.Met, 3), (goal.State, goal.Round));
        Golden.Check("refused-three-times-then-met.txt", ConversationText.Of(team.Store.Export(TeamHarness.RootId).Messages, 100_000));
    }

    [Fact]
    public async Task A_judge_that_fails_lets_nothing_pass()
    {
        var down = Say.Fail(new ProviderFailure(FailureKind.Server, "The provider is down."));
        await using var team = await StartAsync(new TeamProvider(("build", [Say.Text("Done.")]), ("judge", [down, down])));
        await Book(team).SetAsync(TeamHarness.RootId, "The tests pass.", null, null, CancellationToken.None);

        var end = await team.RunAsync("Go");

        Assert.Equal(StopReason.NeedsPerson, end.Reason);
        Assert.Equal(GoalState.Open, Book(team).Find(TeamHarness.RootId)!.State);
        Golden.Check("judge-down.txt", $"{end.Reason}: {end.Text}\n\n{ConversationText.Of(team.Store.Export(TeamHarness.RootId).Messages, 100_000)}");
    }

    [Fact]
    public async Task Twelve_rounds_are_the_most_and_then_a_person_is_needed()
    {
        var provider = new TeamProvider(
            ("build", [.. Enumerable.Repeat(Say.Text("Done."), 20)]), ("judge", [.. Enumerable.Repeat(Say.Text(NotMet), 20)]));
        await using var team = await StartAsync(provider);
        await Book(team).SetAsync(TeamHarness.RootId, "The tests pass.", null, null, CancellationToken.None);

        var end = await team.RunAsync("Go");

        Assert.Equal(StopReason.NeedsPerson, end.Reason);
        Assert.Equal(GoalState.Unmet, Book(team).Find(TeamHarness.RootId)!.State);
        Assert.Equal(13, provider["build"].Requests.Count);
    }

    [Fact]
    public async Task What_is_impossible_needs_a_person()
    {
        await using var team = await StartAsync(new TeamProvider(
            ("build", [Say.Text("I have no key.")]), ("judge", [Say.Text("""{"verdict":"impossible","reason":"The key is missing."}""")])));
        await Book(team).SetAsync(TeamHarness.RootId, "It is published.", null, null, CancellationToken.None);

        var end = await team.RunAsync("Go");

        Assert.Equal((StopReason.NeedsPerson, "The goal cannot be met: The key is missing."), (end.Reason, end.Text));
    }

    [Fact]
    public async Task The_judge_sees_the_real_exit_code_of_a_command_that_the_goal_names()
    {
        var provider = new TeamProvider(("build", [Say.Text("All green.")]), ("judge", [Say.Text(Met)]));
        await using var team = await StartAsync(provider);
        await Book(team).SetAsync(TeamHarness.RootId, "`ls nothing-here` succeeds and `name` is gone.", null, null, CancellationToken.None);

        await team.RunAsync("Go");

        var asked = ((TextPart)Assert.Single(provider["judge"].Requests).Messages[^1].Parts[0]).Text;
        Assert.Contains("<evidence command=\"ls nothing-here\" result=\"exit code 2\">", asked, StringComparison.Ordinal);
        Assert.Contains("All green.", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("command=\"name\"", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_may_not_run_is_no_evidence()
    {
        var provider = new TeamProvider(("build", [Say.Text("Done.")]), ("judge", [Say.Text(Met)]));
        await using var team = await StartAsync(provider);
        team.Project.Write("kept.txt", "kept");
        await Book(team).SetAsync(TeamHarness.RootId, "`rm kept.txt` was done.", null, null, CancellationToken.None);

        await team.RunAsync("Go");

        Assert.Contains("no exit code: ", ((TextPart)provider["judge"].Requests.Single().Messages[^1].Parts[0]).Text, StringComparison.Ordinal);
        Assert.Equal("kept", team.Project.Read("kept.txt"));
    }

    [Fact]
    public async Task Nobodys_word_outweighs_the_exit_code_of_a_command()
    {
        TempProject? project = null;
        Func<ModelRequest, IEnumerable<ModelEvent>> repair = request =>
        {
            project!.Write("there", "x");
            return Say.Text("Now it is.")(request);
        };
        await using var team = await StartAsync(new TeamProvider(("build", [Say.Text("All green."), repair]), ("judge", [Say.Text(Met), Say.Text(Met)])));
        project = team.Project;
        await Book(team).SetAsync(TeamHarness.RootId, "`ls there` succeeds.", null, null, CancellationToken.None);

        var end = await team.RunAsync("Go");

        Assert.Equal(StopReason.Done, end.Reason);
        Assert.Equal((GoalState.Met, 1), (Book(team).Find(TeamHarness.RootId)!.State, Book(team).Find(TeamHarness.RootId)!.Round));
        Assert.Contains("`ls there` has to succeed, and ended with exit code 2", ConversationText.Of(team.Store.Export(TeamHarness.RootId).Messages, 100_000), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_goal_that_has_cost_what_it_may_ends_the_turn()
    {
        Func<ModelRequest, IEnumerable<ModelEvent>> dear = request =>
            [new TextDelta("Done."), new Finished(StopReason.Done, TokenUsage.None, [new Billed(request.Purpose, request.Model.Ref, TokenUsage.None, 2m)])];
        await using var team = await StartAsync(new TeamProvider(("build", [dear]), ("judge", [Say.Text(NotMet)])));
        await Book(team).SetAsync(TeamHarness.RootId, "The tests pass.", 1m, null, CancellationToken.None);

        var end = await team.RunAsync("Go");

        Assert.Equal(StopReason.Budget, end.Reason);
        Assert.Contains("2.00 of the 1.00 dollars", end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_goal_nobody_is_asked()
    {
        var provider = new TeamProvider(("build", [Say.Text("Done.")]), ("judge", []));
        await using var team = await StartAsync(provider);

        Assert.Equal(StopReason.Done, (await team.RunAsync("Go")).Reason);
        Assert.Empty(provider["judge"].Requests);
    }

    private static GoalBook Book(TeamHarness team) => new(team.State, team.Usage, TimeProvider.System);

    private static Task<TeamHarness> StartAsync(TeamProvider provider) => TeamHarness.StartAsync(provider, gates: team =>
    {
        var home = team.Project.Home;
        var asker = new Asker(AskPolicy.Refuse, _ => { });
        var grants = new Grants(_ => new([]), (_, _, _, _) => default);
        var permission = new PermissionGate(new PermissionSources([], _ => [], home), grants, asker, TimeProvider.System);
        var runner = new ProcessRunner(null, new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, TimeProvider.System);
        var judge = new GoalJudge(
            new Engine.Features.Subagents.Subagents(team.Agents, team.Store, team.Log, TimeProvider.System),
            new GuardedCommands(permission, runner, home, TimeProvider.System));
        return [new GoalGate(Book(team), judge, team.Runs)];
    });
}
