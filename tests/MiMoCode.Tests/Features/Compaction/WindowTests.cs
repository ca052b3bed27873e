using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Features.Compaction;

public sealed class WindowTests
{
    private const string Long = "The long story of the warehouse goes on and on, with crates, ramps and forklifts in it. ";

    [Fact]
    public async Task A_prompt_that_is_longer_than_the_window_is_never_sent_whole_and_its_beginning_and_end_are_answered()
    {
        await using var harness = await WorkspaceHarness.StartAsync(_ => Reply.Say("heard"), context: 32_000);
        Assert.Equal("heard", await harness.AskAsync(
            "What broke? first-line-canary\n" + string.Concat(Enumerable.Range(0, 6_000).Select(line => $"line {line} of the log says nothing\n")) + "last-line-canary"));
        Assert.All(harness.Requests, request => Assert.True(request.Text.Length < 32_000 * 4, $"{request.Text.Length} characters"));
        var asked = harness.Requests.Last(request => request.ToolNames.Count > 0).Text;
        Assert.Contains("first-line-canary", asked, StringComparison.Ordinal);
        Assert.Contains("last-line-canary", asked, StringComparison.Ordinal);
        Assert.Contains("characters are left out here; the history tool has the whole", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rebuild_makes_a_new_window_from_the_checkpoint_and_keeps_the_history()
    {
        await using var harness = await WorkspaceHarness.StartAsync(Answer);
        await harness.AskAsync("The dock scheduler speaks protocol 17.\nThe ramp opens at 06:40, as the plan says.\n" + string.Concat(Enumerable.Repeat(Long, 600)));
        await harness.AskAsync("second");

        var made = await harness.CommandAsync("/rebuild");
        Assert.False(made.Busy);
        await harness.AskAsync("third");

        var last = harness.Requests[^1].Conversation;
        Assert.Contains("The ramp opens at 06:40", string.Concat(last.Select(said => said.Text)), StringComparison.Ordinal);
        Assert.Contains("protocol 17", string.Concat(last.Select(said => said.Text)), StringComparison.Ordinal);
        Assert.DoesNotContain(string.Concat(Enumerable.Repeat(Long, 450)), string.Concat(last.Select(said => said.Text)), StringComparison.Ordinal);
        var history = harness.Workspace.Export(harness.SessionId).Messages;
        Assert.Contains(history, message => message.Info.Id == made.MessageId && message.Parts.Any(part => part is CheckpointPart));
        Assert.Contains(history, message => message.Parts.OfType<TextPart>().Any(part => part.Text.Contains(Long + Long, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Compact_goes_on_with_a_summary_that_looks_at_what_was_asked_for()
    {
        await using var harness = await WorkspaceHarness.StartAsync(Answer);
        await harness.AskAsync("first " + string.Concat(Enumerable.Repeat(Long, 600)));
        await harness.AskAsync("second");
        await harness.CommandAsync("compact", "the ramps");
        Assert.Contains("above all: the ramps", harness.Requests[^1].Text, StringComparison.Ordinal);

        Assert.Equal("heard", await harness.AskAsync("third"));
        var last = string.Concat(harness.Requests[^1].Conversation.Select(said => said.Text));
        Assert.Contains("The summary says seven ramps.", last, StringComparison.Ordinal);
        Assert.True(last.Length < Long.Length * 450, "the window is as long as before");
        var head = harness.Workspace.Export(harness.SessionId).Messages.SelectMany(message => message.Parts).OfType<CompactionPart>();
        Assert.False(Assert.Single(head).Auto);
    }

    [Fact]
    public async Task A_session_at_work_gets_its_new_window_before_its_next_request()
    {
        WorkspaceHarness? harness = null;
        var asked = false;
        harness = await WorkspaceHarness.StartAsync(request =>
        {
            if (IsHidden(request) || request.Number > 2 || asked)
                return Answer(request);
            asked = true;
            var busy = harness!.CommandAsync("rebuild").GetAwaiter().GetResult();
            Assert.True(busy.Busy);
            return Reply.Call("read", new { filePath = "readme.md" });
        });
        await using var closes = harness;
        Assert.Equal("heard", await harness.AskAsync("Go. " + string.Concat(Enumerable.Repeat(Long, 100))));
        Assert.Single(harness.Workspace.Export(harness.SessionId).Messages, message => message.Parts.Any(part => part is CheckpointPart));
    }

    [Fact]
    public async Task A_session_without_a_word_has_nothing_to_rebuild()
    {
        await using var harness = await WorkspaceHarness.StartAsync(Answer);
        var error = await Assert.ThrowsAsync<UserException>(() => harness.CommandAsync("rebuild"));
        Assert.Contains("nothing", error.Message, StringComparison.Ordinal);
        Assert.Equal("heard", await harness.AskAsync("now"));
    }

    [Fact]
    public async Task Without_checkpoints_a_full_window_is_summed_up()
    {
        await using var harness = await WorkspaceHarness.StartAsync(
            Answer, context: 24_000, environment: new Dictionary<string, string> { ["MIMOCODE_DISABLE_CHECKPOINT"] = "1" });
        for (var at = 0; at < 6; at++)
            await harness.AskAsync($"{at}: " + string.Concat(Enumerable.Repeat(Long, 120)));
        Assert.True(harness.Workspace.Export(harness.SessionId).Messages.SelectMany(message => message.Parts).OfType<CompactionPart>().First().Auto);
        Assert.Empty(await harness.ReadAsync(database => new CheckpointStore(database).Versions(harness.SessionId)));
    }

    [Fact]
    public async Task A_server_that_takes_less_than_its_model_refuses_once_and_not_again_after_a_restart()
    {
        var refused = 0;
        await using var harness = await WorkspaceHarness.StartAsync(request =>
        {
            if (request.Text.Length / 4 <= 40_000)
                return Answer(request);
            refused++;
            return Reply.Refuse(400, ContextTooLong.Wordings[0].Body);
        });
        for (var at = 0; at < 12; at++)
        {
            if (at is 6)
                await harness.RestartAsync();
            Assert.Equal("heard", await harness.AskAsync($"{at}: " + string.Concat(Enumerable.Repeat(Long, 300))));
        }

        Assert.Equal(1, refused);
    }

    [Theory]
    [InlineData("", "MIMOCODE_DISABLE_AUTOCOMPACT")]
    [InlineData("\"compaction\": { \"auto\": false }", "MIMOCODE_TEST_NOTHING")]
    public async Task A_full_window_stays_as_it_is_where_that_is_wanted(string settings, string variable)
    {
        await using var harness = await WorkspaceHarness.StartAsync(
            Answer, context: 24_000, settings, new Dictionary<string, string> { [variable] = "1" });
        for (var at = 0; at < 6; at++)
            await harness.AskAsync($"{at}: " + string.Concat(Enumerable.Repeat(Long, 120)));
        Assert.DoesNotContain(harness.Workspace.Export(harness.SessionId).Messages.SelectMany(message => message.Parts), part => part is CheckpointPart or CompactionPart);
        Assert.Contains(harness.Requests[^1].Conversation, said => said.Text.Contains("0: " + Long, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Checkpoints_are_written_at_the_thresholds_that_were_chosen()
    {
        await using var harness = await WorkspaceHarness.StartAsync(Answer, context: 60_000, "\"checkpoint\": { \"thresholds\": [\"80%\"] }");
        for (var at = 0; at < 6; at++)
        {
            if (at is 3)
            {
                await harness.RestartAsync();
                Assert.Empty(await harness.ReadAsync(database => new CheckpointStore(database).Versions(harness.SessionId)));
            }

            await harness.AskAsync($"{at}: " + string.Concat(Enumerable.Repeat(Long, 240)));
        }

        await harness.RestartAsync();
        Assert.Single(await harness.ReadAsync(database => new CheckpointStore(database).Versions(harness.SessionId)));
    }

    [Fact]
    public async Task A_small_window_is_rebuilt_as_soon_as_its_checkpoint_is_there()
    {
        await using var harness = await WorkspaceHarness.StartAsync(Answer, context: 32_000);
        for (var at = 0; at < 12; at++)
            await harness.AskAsync($"{at}: " + string.Concat(Enumerable.Repeat(Long, 60)));
        var heads = harness.Workspace.Export(harness.SessionId).Messages.Count(message => message.Parts.Any(part => part is CheckpointPart));
        Assert.NotEqual(0, heads);
        Assert.InRange(harness.Requests.Count(IsHidden), heads, heads + 1);
    }

    internal static bool IsHidden(ReceivedRequest request) => request.Conversation[^1].Text.Contains("This is not from the user", StringComparison.Ordinal);

    private static Reply Answer(ReceivedRequest request)
    {
        var asked = request.Conversation[^1].Text;
        return !IsHidden(request) ? Reply.Say("heard") with { Usage = new Usage(request.Text.Length / 4, 10, 0) }
            : asked.Contains("## Discoveries", StringComparison.Ordinal) ? Reply.Say("## Discoveries\n- The ramp opens at 06:40, as the plan says")
            : Reply.Say("The summary says seven ramps.");
    }
}
