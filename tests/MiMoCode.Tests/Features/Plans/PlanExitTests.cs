using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Features.Plans;

public sealed class PlanExitTests
{
    [Fact]
    public async Task An_approved_plan_is_carried_out_by_the_agent_that_builds()
    {
        await using var harness = await ProjectHarness.StartAsync(Answer);
        var session = await harness.NewSessionAsync("plan");
        var asked = harness.NextAsync<QuestionAsked>();
        var running = harness.RunAsync(session.Id, "plan it", "plan");
        await harness.Workspace.Asks.AnswerAsync((await asked).Request.Id, [["Carry it out"]], CancellationToken.None);
        var end = await running;

        Assert.Equal((StopReason.Done, "two\n"), (end.Reason, harness.Project.Read("b.txt")));
        Assert.Equal("build", (await harness.Workspace.Sessions.GetAsync(session.Id, CancellationToken.None)).Agent);
    }

    [Fact]
    public async Task A_plan_that_is_not_approved_is_planned_on()
    {
        await using var harness = await ProjectHarness.StartAsync(Answer);
        var session = await harness.NewSessionAsync("plan");
        var asked = harness.NextAsync<QuestionAsked>();
        var running = harness.RunAsync(session.Id, "plan it", "plan");
        await harness.Workspace.Asks.AnswerAsync((await asked).Request.Id, [["Mind the tests too"]], CancellationToken.None);
        await running;

        Assert.False(File.Exists(harness.Project["b.txt"]));
        Assert.Contains("Mind the tests too", harness.Models.Prompts[^1].LastToolResult!.Text, StringComparison.Ordinal);
        Assert.Equal("plan", (await harness.Workspace.Sessions.GetAsync(session.Id, CancellationToken.None)).Agent);
    }

    [Fact]
    public async Task Who_does_not_plan_has_nothing_to_end()
    {
        await using var harness = await ProjectHarness.StartAsync(Answer);
        var session = await harness.NewSessionAsync();

        await harness.RunAsync(session.Id, "plan it");

        Assert.Contains("You are not planning", harness.Models.Prompts[^1].LastToolResult!.Text, StringComparison.Ordinal);
    }

    /// <summary>Presents a plan; when it was approved it edits the file, else it says so.</summary>
    private static Reply Answer(ReceivedRequest request) => request.Conversation switch
    {
        [.., { Role: "tool" }] => Reply.Say("As you like."),
        [.., { Role: "user", Text: var text }] when text.Contains("The plan is approved", StringComparison.Ordinal) =>
            Reply.Call("write", new { filePath = "b.txt", content = "two\n" }),
        _ => Reply.Call("plan_exit", new { title = "Say two", plan = "1. Write two to b.txt" }),
    };
}
