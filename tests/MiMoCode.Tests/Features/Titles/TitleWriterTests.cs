using MiMoCode.Engine.Features.Titles;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Features.Titles;

public sealed class TitleWriterTests
{
    private const string Small = "\"small_model\": \"test/small\"";

    [Fact]
    public async Task The_small_model_names_a_session_after_the_main_request_and_is_billed_for_it()
    {
        await using var harness = await WorkspaceHarness.StartAsync(
            request => Reply.Say(request.Model is "small" ? "<think>hm</think>\n\"Repair of the parser.\"" : "Hello."), settings: Small);

        await harness.AskAsync("The parser is broken, repair it");
        await harness.RestartAsync();

        Assert.Equal("Repair of the parser", await TitleAsync(harness));
        Assert.Equal(["scripted", "small"], harness.Requests.Select(request => request.Model));
        Assert.Contains("The parser is broken", harness.Requests[1].Text, StringComparison.Ordinal);
        Assert.Empty(harness.Requests[1].ToolNames);
        Assert.Contains(harness.Workspace.Usage(UsageGroup.Purpose, null), sum => sum.Group is "title");
    }

    [Fact]
    public async Task Without_a_small_model_the_first_words_do_and_nothing_is_asked()
    {
        await using var harness = await WorkspaceHarness.StartAsync(_ => Reply.Say("Hello."));

        await harness.AskAsync("The parser is broken,\nrepair it and then look at everything else that uses it");
        await harness.RestartAsync();

        Assert.Equal("The parser is broken, repair it and then look at e…", await TitleAsync(harness));
        Assert.Single(harness.Requests);
    }

    [Fact]
    public async Task A_small_model_that_fails_leaves_the_first_words_and_a_persons_name_stays()
    {
        await using var harness = await WorkspaceHarness.StartAsync(
            request => request.Model is "small" ? Reply.Refuse(400, """{"error":{"message":"no"}}""") : Reply.Say("Hello."), settings: Small);
        var named = await harness.Workspace.Sessions.CreateAsync(new CreateSession(Title: "Mine"), CancellationToken.None);

        await harness.AskAsync("Hello there");
        await harness.AskAsync("Hello there", named.Id);
        await harness.RestartAsync();

        Assert.Equal("Hello there", await TitleAsync(harness));
        Assert.Equal("Mine", (await harness.Workspace.Sessions.GetAsync(named.Id, CancellationToken.None)).Title);
    }

    [Fact]
    public async Task The_small_model_sums_up_a_turn_that_did_something_and_no_other()
    {
        await using var harness = await WorkspaceHarness.StartAsync(
            request => request.Model is "small" ? Reply.Say(request.Text.Contains("Sum up", StringComparison.Ordinal) ? "Read it." : "Reading")
                : request.Conversation[^1].Text.Contains("read it", StringComparison.Ordinal) ? Reply.Call("read", new { filePath = "readme.md" }) : Reply.Say("Done."),
            settings: Small, hasPerson: true);

        var summed = SummedAsync(harness);
        await harness.AskAsync("read it");
        await summed;
        await harness.AskAsync("and now?");
        await harness.RestartAsync();

        var prompts = harness.Workspace.Export(harness.SessionId).Messages.Select(entry => entry.Info).OfType<UserMessage>().ToList();
        Assert.Equal(["Read it.", null], prompts.Select(prompt => prompt.Summary?.Body));
    }

    [Theory]
    [InlineData("A title", "A title")]
    [InlineData("\n\n**A title.**\nAnd why.", "A title")]
    [InlineData("", "")]
    public void Takes_the_first_line_without_its_ornaments(string reply, string title) => Assert.Equal(title, TitleWriter.Clean(reply));

    private static async Task SummedAsync(WorkspaceHarness harness)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var told in harness.Workspace.EventsAsync(patience.Token))
        {
            if (told.Event is MessageUpdated { Info: UserMessage { Summary: not null } })
                return;
        }
    }

    private static async Task<string> TitleAsync(WorkspaceHarness harness) =>
        (await harness.Workspace.Sessions.GetAsync(harness.SessionId, CancellationToken.None)).Title;
}
