using System.Net;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;
using MiMoCode.Tests.Clients;

namespace MiMoCode.Tests.App.Server;

/// <summary>Command lines of a person, and commands that need no model.</summary>
public sealed class ShellTests
{
    [Fact]
    public async Task A_persons_command_line_runs_unasked_and_the_agent_knows_of_it()
    {
        await using var server = await ServerHarness.StartAsync(null, Reply.Say("I saw it."));
        var id = await server.NewSessionAsync();
        var answer = await server.PostAsync($"/session/{id}/shell", """{"agent":"build","command":"echo from a person; rm readme.md"}""");
        var state = answer.GetProperty("parts").EnumerateArray().Single().GetProperty("state");
        Assert.Equal(("completed", "from a person\n"), (state.Text("status"), state.Text("output")));
        Assert.False(File.Exists(server.Project["readme.md"]));

        await server.PostAsync($"/session/{id}/message", """{"parts":[{"type":"text","text":"What did I do?"}]}""");
        Assert.Equal("from a person\n", server.Models.Prompts.Last().LastToolResult!.Text);
    }

    [Fact]
    public async Task A_persons_command_line_can_be_stopped_and_nothing_else_runs_beside_it()
    {
        await using var server = await ServerHarness.StartAsync();
        var id = await server.NewSessionAsync();
        await using var events = await EventReader.OpenAsync(server.Client);
        var running = server.PostAsync($"/session/{id}/shell", """{"agent":"build","command":"echo begun; sleep 600"}""");
        while (!(await events.NextAsync())!.Json.ToString().Contains("begun\\n", StringComparison.Ordinal)) { }

        var (status, busy) = await server.AskAsync(HttpMethod.Post, $"/session/{id}/shell", """{"agent":"build","command":"true"}""");
        Assert.Equal((HttpStatusCode.Conflict, "SessionBusyError"), (status, busy.Text("_tag")));
        Assert.Equal("busy", (await server.GetAsync("/session/status")).GetProperty(id).Text("type"));
        Assert.True((await server.PostAsync($"/session/{id}/abort", "{}")).GetBoolean());
        var state = (await running).GetProperty("parts").EnumerateArray().Single().GetProperty("state");
        Assert.Equal("error", state.Text("status"));
        Assert.Empty((await server.GetAsync("/session/status")).EnumerateObject());
    }

    [Fact]
    public async Task Summing_up_opens_a_new_window()
    {
        await using var server = await ServerHarness.StartAsync(null, Reply.Say("one"), Reply.Say("A summary."), Reply.Say("two"));
        var id = await server.NewSessionAsync();
        await server.PostAsync($"/session/{id}/message", """{"parts":[{"type":"text","text":"hello"}]}""");
        Assert.True((await server.PostAsync($"/session/{id}/summarize", """{"providerID":"scripted","modelID":"model"}""")).GetBoolean());
        await server.PostAsync($"/session/{id}/message", """{"parts":[{"type":"text","text":"again"}]}""");
        Assert.DoesNotContain("hello", server.Models.Prompts.Last().Conversation.First(said => said.Role is "user").Text, StringComparison.Ordinal);

        var answer = await server.PostAsync($"/session/{id}/command", """{"command":"rebuild","arguments":""}""");
        Assert.NotEmpty(answer.GetProperty("parts").EnumerateArray().Single().Text("text")!);
        Assert.Empty(server.Log);
    }
}
