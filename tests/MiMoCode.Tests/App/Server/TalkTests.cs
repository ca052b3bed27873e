using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.App.Server;

/// <summary>Sessions and prompts over HTTP.</summary>
public sealed class TalkTests
{
    [Fact]
    public async Task Answers_a_prompt_with_the_reply_of_the_agent()
    {
        await using var server = await ServerHarness.StartAsync(null, Reply.Say("Good day."));
        var id = await server.NewSessionAsync();
        var answer = await server.PostAsync($"/session/{id}/message", """{"parts":[{"type":"text","text":"hello"}]}""");
        Assert.Equal("assistant", answer.GetProperty("info").GetProperty("role").GetString());
        Assert.Contains("Good day.", answer.GetProperty("parts").ToString(), StringComparison.Ordinal);
        var messages = await server.GetAsync($"/session/{id}/message");
        Assert.Equal(["user", "assistant"], messages.EnumerateArray().Select(message => message.GetProperty("info").GetProperty("role").GetString()));
    }

    [Fact]
    public async Task Stores_a_prompt_that_wants_no_reply_and_answers_with_it()
    {
        await using var server = await ServerHarness.StartAsync();
        var id = await server.NewSessionAsync();
        var answer = await server.PostAsync($"/session/{id}/message", """{"noReply":true,"messageID":"msg_mine","parts":[{"type":"text","text":"note this"}]}""");
        Assert.Equal("msg_mine", answer.GetProperty("info").GetProperty("id").GetString());
        Assert.Empty(server.Models.Prompts);
    }

    [Fact]
    public async Task Pages_messages_from_the_end_by_the_link_it_gives()
    {
        await using var server = await ServerHarness.StartAsync(null, Reply.Say("one"), Reply.Say("two"));
        var id = await server.NewSessionAsync();
        foreach (var text in new[] { "first", "second" })
            await server.PostAsync($"/session/{id}/message", $$"""{"parts":[{"type":"text","text":"{{text}}"}]}""");
        using var newest = await server.Client.GetAsync($"session/{id}/message?limit=2");
        Assert.Contains("second", await newest.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var link = newest.Headers.GetValues("Link").Single();
        Assert.Equal(newest.Headers.GetValues("X-Next-Cursor").Single(), System.Web.HttpUtility.ParseQueryString(new Uri(link[1..link.IndexOf('>', StringComparison.Ordinal)]).Query)["before"]);
        using var older = await server.Client.GetAsync(link[1..link.IndexOf('>', StringComparison.Ordinal)]);
        Assert.Contains("first", await older.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(older.Headers.Contains("Link"));
    }

    [Fact]
    public async Task Says_what_is_wrong_with_a_prompt()
    {
        await using var server = await ServerHarness.StartAsync();
        var id = await server.NewSessionAsync();
        foreach (var body in new[] { "{", "[]", """{"parts":"x"}""", """{"parts":[]}""", """{"parts":[{"type":"nonsense"}]}""", new string('[', 1000) })
        {
            var (status, answer) = await server.AskAsync(HttpMethod.Post, $"/session/{id}/message", body);
            Assert.Equal((400, "InvalidRequestError"), ((int)status, answer.GetProperty("_tag").GetString()));
        }

        var (missing, _) = await server.AskAsync(HttpMethod.Post, "/session/ses_none/message", """{"parts":[{"type":"text","text":"x"}]}""");
        Assert.Equal(404, (int)missing);
        Assert.Empty(server.Log);
    }
}
