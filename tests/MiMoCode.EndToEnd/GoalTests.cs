using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>A goal keeps the agent from giving up early, and nothing but an independent judge lets it go.</summary>
public sealed class GoalTests
{
    private const string NotMet = """{"verdict":"not_met","reason":"No test was run."}""";
    private const string Met = """{"verdict":"met","reason":"The output shows it."}""";

    [Fact]
    public async Task Is_refused_three_times_and_then_met()
    {
        var rulings = new Queue<string>([NotMet, NotMet, NotMet, Met]);
        var said = 0;
        await using var scene = await Scene.OpenAsync(Small(), request => ForJudge(request) ? Reply.Say(rulings.Dequeue()) : Reply.Say($"Done, try {++said}."));
        var seen = new Transcript(scene);

        Assert.Equal(0, (await seen.RunAsync("run", "--goal", "The tests pass.", "make the tests pass")).Code);
        await seen.RunAsync("goal", "show");

        Golden.Check("goal-refused-three-times-then-met.txt", seen.AddRequests().ToString());
    }

    [Fact]
    public async Task Is_not_judged_while_the_judge_is_down_and_stays_open()
    {
        var down = true;
        await using var scene = await Scene.OpenAsync(Small(), request => !ForJudge(request) ? Reply.Say("Done.") : down ? Reply.Say("I cannot say.") : Reply.Say(Met));
        var seen = new Transcript(scene);

        Assert.Equal(3, (await seen.RunAsync("run", "--goal", "The tests pass.", "make the tests pass")).Code);
        await seen.RunAsync("goal", "show");
        down = false;
        Assert.Equal(0, (await seen.RunAsync("run", "-c", "is it done?")).Code);
        await seen.RunAsync("goal", "show");

        Golden.Check("goal-judge-down.txt", seen.ToString());
    }

    [Fact]
    public async Task Is_given_up_when_the_judge_finds_it_impossible()
    {
        await using var scene = await Scene.OpenAsync(Small(), request => Reply.Say(ForJudge(request)
            ? """{"verdict":"impossible","reason":"There is no key to publish with."}""" : "I have no key."));
        var seen = new Transcript(scene);

        Assert.Equal(3, (await seen.RunAsync("run", "--goal", "It is published.", "publish it")).Code);
        await seen.RunAsync("goal", "show");
        Assert.Equal(0, (await seen.RunAsync("run", "-c", "never mind")).Code);

        Golden.Check("goal-impossible.txt", seen.ToString());
    }

    [Fact]
    public async Task Is_judged_by_the_real_exit_code_of_the_command_it_names()
    {
        var steps = new Queue<Reply>([Reply.Say("All tests pass."), Reply.Call("write", new { filePath = "done.txt", content = "done\n" }), Reply.Say("Now they do.")]);
        await using var scene = await Scene.OpenAsync(
            new TempProject(("check.sh", "test -f done.txt && echo ok || { echo 'done.txt is missing'; exit 7; }\n")).WithGit(),
            request => !ForJudge(request) ? steps.Dequeue()
                : Reply.Say(request.Conversation[^1].Text.Contains("""command="sh check.sh" result="exit code 0""", StringComparison.Ordinal) ? Met : NotMet));
        var seen = new Transcript(scene);

        Assert.Equal(0, (await seen.RunAsync("run", "--goal", "`sh check.sh` succeeds", "make it pass")).Code);

        Assert.Contains("result=\"exit code 7\"", scene.Server.Prompts.First(ForJudge).Text.Replace("\\\"", "\"").Replace("\\u0022", "\""), StringComparison.Ordinal);
        Assert.True(File.Exists(scene.Project["done.txt"]));
        Golden.Check("goal-real-exit-code.txt", seen.AddRequests().ToString());
    }

    [Fact]
    public async Task Is_still_there_after_the_program_was_killed()
    {
        var wait = new Reply { Text = "never", Delivery = new StallAfter(-1, Task.Delay(Timeout.Infinite)) };
        var killed = false;
        await using var scene = await Scene.OpenAsync(Small(), request => ForJudge(request) ? Reply.Say(Met) : killed ? Reply.Say("Done.") : wait);
        await using (var process = scene.Start(["run", "--goal", "The tests pass.", "make the tests pass"]))
        {
            await Until.TrueAsync(() => scene.Server.Prompts.Count == 1, "the agent to ask");
            await process.KillAsync();
        }
        killed = true;

        Assert.StartsWith("open  The tests pass.", (await scene.RunAsync("goal", "show")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await scene.RunAsync("run", "-c", "go on")).Code);
        Assert.StartsWith("met  The tests pass.", (await scene.RunAsync("goal", "show")).Output, StringComparison.Ordinal);
        Assert.Single(scene.Server.Prompts, ForJudge);
    }

    [Fact]
    public async Task Is_set_shown_and_cleared_by_hand_and_by_command()
    {
        await using var scene = await Scene.OpenAsync(Small(), request => Reply.Say(ForJudge(request) ? Met : "Hello."));
        var seen = new Transcript(scene);

        await seen.RunAsync("goal", "show");
        await seen.RunAsync("run", "hello");
        await seen.RunAsync("goal", "set", "The tests pass.");
        await seen.RunAsync("goal", "show");
        await seen.RunAsync("goal", "clear");
        await seen.RunAsync("goal", "show");
        await seen.RunAsync("run", "-c", "--command", "goal", "The README is true.");
        await seen.RunAsync("goal", "show");
        await seen.RunAsync("run", "-c", "--command", "goal", "clear");
        await seen.RunAsync("goal", "set", " ");

        Golden.Check("goal-by-hand.txt", seen.ToString());
    }

    internal static bool ForJudge(ReceivedRequest request) => request.Conversation[0].Text.Contains("independent judge", StringComparison.Ordinal);

    private static TempProject Small() => new TempProject(("a.txt", "one\n")).WithGit();
}
