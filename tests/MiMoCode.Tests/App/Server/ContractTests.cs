using System.Collections.Immutable;
using MiMoCode.App.Server.Remote;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.App.Server;

/// <summary>What every client promises, asked of both: the workspace itself, and the client that asks a server.</summary>
public sealed class ContractTests
{
    public static TheoryData<string> Clients => ["here", "remote"];

    [Theory, MemberData(nameof(Clients))]
    public async Task Keeps_sessions_and_what_was_said(string which)
    {
        await using var server = await ServerHarness.StartAsync(null, Reply.Say("one"), Reply.Say("two"));
        await using var access = await Access.OpenAsync(server, which);
        var (client, stop) = (access.Client, CancellationToken.None);
        var session = await client.Sessions.CreateAsync(new CreateSession(Title: "first"), stop);
        Assert.Equal("second", (await client.Sessions.UpdateAsync(session.Id, new UpdateSession("second"), stop)).Title);
        foreach (var text in new[] { "hello", "again" })
        {
            var accepted = await client.Talk.PromptAsync(session.Id, new PromptRequest { Parts = [new PromptText(text)] }, stop);
            Assert.False(accepted.Busy);
            var end = await client.Talk.WaitAsync(session.Id, accepted.MessageId, stop);
            Assert.Equal((StopReason.Done, null), (end.Reason, end.Text));
            Assert.IsType<AssistantMessage>(end.Reply!.Info);
        }

        var page = await client.Sessions.MessagesAsync(session.Id, 2, null, stop);
        var before = await client.Sessions.MessagesAsync(session.Id, 2, page.Before, stop);
        Assert.Equal(["hello", "one", "again", "two"], before.Messages.Concat(page.Messages).Select(message => message.Parts.OfType<TextPart>().First(part => part.Synthetic is not true).Text));
        Assert.Null((await client.Sessions.MessagesAsync(session.Id, null, null, stop)).Before);
        var answer = page.Messages[^1];
        Assert.Equal(answer.Parts.Length, (await client.Sessions.MessageAsync(session.Id, answer.Info.Id, stop)).Parts.Length);

        var copy = await client.Sessions.ForkAsync(session.Id, page.Messages[0].Info.Id, stop);
        Assert.Equal(2, (await client.Sessions.MessagesAsync(copy.Id, null, null, stop)).Messages.Length);
        await client.Sessions.RemoveAsync(session.Id, answer.Info.Id, null, stop);
        Assert.Equal(3, (await client.Sessions.MessagesAsync(session.Id, null, null, stop)).Messages.Length);
        Assert.Empty(await client.Sessions.ChildrenAsync(session.Id, stop));
        Assert.Empty(await client.Sessions.TodosAsync(session.Id, stop));

        var whole = new SessionExport(session with { Id = "ses_imported", Title = "brought" }, []);
        Assert.Equal("brought", (await client.Sessions.ImportAsync(whole, stop)).Title);
        await client.Sessions.DeleteAsync(copy.Id, stop);
        Assert.Equal(["brought", "second"], (await client.Sessions.ListAsync(new SessionQuery(Roots: true, AllProjects: true), stop)).Select(each => each.Title).Order());
    }

    [Theory, MemberData(nameof(Clients))]
    public async Task Changes_settings_a_project_and_what_was_said(string which)
    {
        await using var server = await ServerHarness.StartAsync(null, Reply.Say("Godo day."));
        await using var access = await Access.OpenAsync(server, which);
        var (client, stop) = (access.Client, CancellationToken.None);
        var session = await client.Sessions.CreateAsync(new CreateSession(), stop);
        var accepted = await client.Talk.PromptAsync(session.Id, new PromptRequest { Parts = [new PromptText("hello")] }, stop);
        var said = (await client.Talk.WaitAsync(session.Id, accepted.MessageId, stop)).Reply!.Parts.OfType<TextPart>().Single();
        await client.Sessions.UpdatePartAsync(session.Id, said with { Text = "Good day." }, stop);
        var stored = await client.Sessions.MessageAsync(session.Id, said.MessageId, stop);
        Assert.Equal("Good day.", stored.Parts.OfType<TextPart>().Single().Text);

        var project = await client.SetUp.ProjectAsync(stop);
        await client.SetUp.UpdateProjectAsync(project.Id, new UpdateProject("Ours", new ProjectIcon(Color: "blue")), stop);
        var shown = await client.SetUp.UpdateProjectAsync(project.Id, new UpdateProject(Commands: new ProjectCommands("make")), stop);
        Assert.Equal(("Ours", "blue", "make"), (shown.Name, shown.Icon?.Color, shown.Commands?.Start));

        using var changes = System.Text.Json.JsonDocument.Parse("""{"username":"me"}""");
        Assert.Equal("me", (await client.SetUp.SetConfigAsync(changes.RootElement, forProject: true, stop)).GetProperty("username").GetString());
        Assert.Contains("\"me\"", await File.ReadAllTextAsync(server.Project["mimocode.json"]), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Clients))]
    public async Task Tells_what_happens_from_the_subscription_on(string which)
    {
        await using var server = await ServerHarness.StartAsync(null, Reply.Say("Good day."));
        await using var access = await Access.OpenAsync(server, which);
        var session = await access.Client.Sessions.CreateAsync(new CreateSession(), CancellationToken.None);
        using var enough = new CancellationTokenSource();
        var events = access.Client.EventsAsync(enough.Token);
        await access.Client.Talk.PromptAsync(session.Id, new PromptRequest { Parts = [new PromptText("hello")] }, CancellationToken.None);
        var heard = new List<NumberedEvent>();
        await foreach (var told in events)
        {
            heard.Add(told);
            if (told.Event is SessionIdle)
                break;
        }

        var facts = heard.Where(told => told.Event is IFact).Select(told => told.Number).ToList();
        Assert.Equal(facts.Order(), facts);
        Assert.Contains(heard, told => told.Event is PartUpdated { Part: TextPart { Text: "Good day.", Time.End: not null } });
        Assert.Contains(heard, told => told.Event is PartDelta);
    }

    [Theory, MemberData(nameof(Clients))]
    public async Task Asks_and_takes_the_first_answer(string which)
    {
        await using var server = await ServerHarness.StartAsync(null, Reply.Call("bash", new { command = "git push --force", description = "Publish" }), Reply.Say("Very well."));
        await using var access = await Access.OpenAsync(server, which);
        var (client, stop) = (access.Client, CancellationToken.None);
        var session = await client.Sessions.CreateAsync(new CreateSession(), stop);
        using var enough = new CancellationTokenSource();
        var events = client.EventsAsync(enough.Token);
        var accepted = await client.Talk.PromptAsync(session.Id, new PromptRequest { Parts = [new PromptText("publish")] }, stop);
        await foreach (var told in events)
        {
            if (told.Event is PermissionAsked)
                break;
        }

        var request = Assert.Single(await client.Asks.PermissionsAsync(stop));
        Assert.Equal("busy", (await client.Talk.StatusAsync(stop))[session.Id] is SessionIsBusy ? "busy" : "");
        Assert.True(await client.Asks.ReplyAsync(request.Id, PermissionReply.Once, null, stop));
        await client.Talk.WaitAsync(session.Id, accepted.MessageId, stop);
        Assert.False(await client.Asks.ReplyAsync(request.Id, PermissionReply.Once, null, stop));
        Assert.False(await client.Asks.RejectAsync("que_none", stop));
        Assert.False(await client.Asks.AnswerAsync("que_none", [], stop));
        Assert.Empty(await client.Asks.QuestionsAsync(stop));
        Assert.False(await client.Talk.AbortAsync(session.Id, stop));
    }

    [Theory, MemberData(nameof(Clients))]
    public async Task Takes_back_and_brings_back(string which)
    {
        await using var server = await ServerHarness.StartAsync(null, Reply.Call("write", new { filePath = "new.txt", content = "made\n" }), Reply.Say("Written."));
        await using var access = await Access.OpenAsync(server, which);
        var (client, stop) = (access.Client, CancellationToken.None);
        var session = await client.Sessions.CreateAsync(new CreateSession(), stop);
        var accepted = await client.Talk.PromptAsync(session.Id, new PromptRequest { Parts = [new PromptText("write")] }, stop);
        await client.Talk.WaitAsync(session.Id, accepted.MessageId, stop);
        Assert.Equal("new.txt", Assert.Single((await client.Changes.DiffAsync(session.Id, null, stop)).Files).File);
        var back = await client.Changes.RevertAsync(session.Id, new RevertRequest(), stop);
        Assert.Equal((RevertOutcome.Restored, false), (Assert.Single(back.Files).Outcome, File.Exists(server.Project["new.txt"])));
        await client.Changes.UnrevertAsync(session.Id, stop);
        Assert.Equal("made\n", server.Project.Read("new.txt"));
        var refused = await Assert.ThrowsAsync<UserException>(() => client.Changes.UnrevertAsync(session.Id, stop));
        Assert.Equal(400, refused.HttpStatus);
    }

    [Theory, MemberData(nameof(Clients))]
    public async Task Says_what_there_is(string which)
    {
        await using var server = await ServerHarness.StartAsync();
        await using var access = await Access.OpenAsync(server, which);
        var (client, stop) = (access.Client, CancellationToken.None);
        Assert.Contains(await client.Catalogue.AgentsAsync(stop), agent => agent.Name is "build");
        Assert.Contains(await client.Catalogue.ModelsAsync(stop), model => model.Ref.ToString() is "scripted/model" && model.Usable);
        Assert.Contains(await client.Catalogue.CommandsAsync(stop), command => command.Name is "init");
        Assert.Contains(await client.Catalogue.SkillsAsync(stop), skill => skill.Name is "compose-tdd");
        Assert.Contains(await client.Catalogue.ToolsAsync(stop), tool => tool.Name is "read");
        Assert.Equal("scripted/model", (await client.Catalogue.AnswererAsync(null, null, stop)).Model.ToString());
        Assert.Equal(server.Project.Root, (await client.Catalogue.PlaceAsync(stop)).Directory);
        Assert.Contains("readme.md", await client.Catalogue.FilesAsync(10, stop));
        Assert.Contains(await client.Files.ListAsync(".", stop), file => file.Name is "readme.md");
        Assert.Equal("hello\n", (await client.Files.ReadAsync("readme.md", stop)).Content);
        Assert.Equal("readme.md", Assert.Single(await client.Files.FindTextAsync("hel+o", stop)).Path.Text);
        Assert.Contains("readme.md", await client.Files.FindFilesAsync(new FileQuery("read"), stop));
        Assert.Empty(await client.Files.StatusAsync(stop));
        Assert.Empty(await client.Files.DiffAsync(false, stop));
        Assert.Null((await client.Files.VcsAsync(stop)).Branch);
        Assert.Equal("scripted/model", (await client.SetUp.ConfigAsync(stop)).GetProperty("model").GetString());
        Assert.Contains(await client.SetUp.AgentsAsync(stop), agent => agent.Name is "build");
        Assert.Contains("scripted", (await client.SetUp.ProvidersAsync(stop)).Connected);
        Assert.Equal(server.Project.Root, (await client.SetUp.ProjectAsync(stop)).Worktree);
        Assert.NotEmpty(await client.SetUp.ProjectsAsync(stop));
        Assert.Equal(server.Project.Root, (await client.SetUp.PathsAsync(stop)).Directory);
        Assert.False(await client.SetUp.RemoveKeyAsync("nobody", stop));
    }

    [Theory, MemberData(nameof(Clients))]
    public async Task Refuses_in_words(string which)
    {
        await using var server = await ServerHarness.StartAsync();
        await using var access = await Access.OpenAsync(server, which);
        var (client, stop) = (access.Client, CancellationToken.None);
        foreach (var ask in (ImmutableArray<Func<Task>>)
        [
            () => client.Sessions.GetAsync("ses_none", stop),
            () => client.Talk.PromptAsync("ses_none", new PromptRequest { Parts = [new PromptText("x")] }, stop),
            () => client.Changes.DiffAsync("ses_none", null, stop),
        ])
        {
            var refused = await Assert.ThrowsAsync<UserException>(ask);
            Assert.Equal((404, "There is no session called ses_none."), (refused.HttpStatus, refused.Message));
        }

        var escape = await Assert.ThrowsAsync<UserException>(() => client.Files.ReadAsync("../../etc/passwd", stop));
        Assert.Equal(403, escape.HttpStatus);
    }

    [Fact]
    public async Task A_remote_client_comes_back_where_it_was_when_the_server_does()
    {
        await using var server = await ServerHarness.StartAsync(options => options with { Port = FreePort() }, Reply.Say("one"));
        await using var client = await RemoteClient.ConnectAsync(AddressOf(server), TimeProvider.System, CancellationToken.None);
        using var enough = new CancellationTokenSource();
        var events = client.EventsAsync(enough.Token);
        await server.RestartAsync();
        var id = await server.NewSessionAsync();
        await foreach (var told in events)
        {
            if (told.Event is SessionCreated created && created.Info.Id == id)
                break;
        }
    }

    [Fact]
    public async Task A_stranger_and_a_closed_door_are_said_in_one_line()
    {
        await using var server = await ServerHarness.StartAsync();
        var stranger = await Assert.ThrowsAsync<UserException>(
            () => RemoteClient.ConnectAsync(AddressOf(server) with { Password = "wrong" }, TimeProvider.System, CancellationToken.None));
        Assert.Contains("password", stranger.Message, StringComparison.Ordinal);
        var closed = await Assert.ThrowsAsync<UserException>(
            () => RemoteClient.ConnectAsync(new RemoteAddress(new Uri($"http://127.0.0.1:{FreePort()}"), "x", null, null), TimeProvider.System, CancellationToken.None));
        Assert.Contains("cannot be reached", closed.Message, StringComparison.Ordinal);
    }

    private static RemoteAddress AddressOf(ServerHarness server) => new(server.Url, "mimocode", ServerHarness.Password, null);

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>One of the two clients of a server's project.</summary>
    private sealed class Access(IMimoClient client, IAsyncDisposable owner) : IAsyncDisposable
    {
        public IMimoClient Client => client;

        public static async Task<Access> OpenAsync(ServerHarness server, string which)
        {
            if (which is "here")
            {
                var use = await server.UseAsync();
                return new Access(use.Workspace, use);
            }

            var remote = await RemoteClient.ConnectAsync(AddressOf(server), TimeProvider.System, CancellationToken.None);
            return new Access(remote, remote);
        }

        public ValueTask DisposeAsync() => owner.DisposeAsync();
    }
}
