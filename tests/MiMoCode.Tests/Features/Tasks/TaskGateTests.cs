using MiMoCode.Protocol.Messages;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;
using static MiMoCode.Tests.Features.Tasks.TaskTests;

namespace MiMoCode.Tests.Features.Tasks;

public sealed class TaskGateTests
{
    [Fact]
    public async Task Who_stops_with_open_tasks_is_sent_back_until_they_have_ended()
    {
        await using var harness = await TalkHarness.StartAsync(
            Do(new { action = "create", summary = "One\nTwo" }), Do(new { action = "done", id = "T1" }), Reply.Say("Done!"),
            Do(new { action = "done", id = "T2" }), Reply.Say("Really done."));

        var (_, end) = await harness.RunAsync("One and two");

        Assert.Equal(StopReason.Done, end.Reason);
        Assert.Equal(5, harness.Models.Prompts.Count);
        Golden.Check("sent-back.txt", harness.Models.Prompts[3].Conversation[^1].Text);
    }

    [Fact]
    public async Task Who_answers_with_words_alone_means_it()
    {
        await using var harness = await TalkHarness.StartAsync(
            Do(new { action = "create", summary = "One" }), Reply.Say("Done!"), Reply.Say("I need the password first."));

        var (_, end) = await harness.RunAsync("One");

        Assert.Equal(StopReason.Done, end.Reason);
        Assert.Equal(3, harness.Models.Prompts.Count);
    }

    [Fact]
    public async Task Three_times_is_the_most()
    {
        var look = Reply.Call("read", new { filePath = "readme.md" });
        await using var harness = await TalkHarness.StartAsync(
            Do(new { action = "create", summary = "One" }), Reply.Say("1"), look, Reply.Say("2"), look, Reply.Say("3"), look, Reply.Say("4"));

        var (_, end) = await harness.RunAsync("One");

        Assert.Equal(StopReason.Done, end.Reason);
        Assert.Equal("4", ((TextPart)end.Reply!.Parts.First(part => part is TextPart)).Text);
    }

    [Fact]
    public async Task Tasks_of_an_earlier_turn_keep_nobody_from_answering_another_question()
    {
        await using var harness = await TalkHarness.StartAsync(
            Do(new { action = "create", summary = "One\nTwo" }), Reply.Say("Planned."), Reply.Say("The rest is for later."), Reply.Say("It is Sunday."));
        var (session, _) = await harness.RunAsync("Plan it");

        await harness.RunAsync("Which day is it?", session);

        Assert.Equal(4, harness.Models.Prompts.Count);
    }
}
