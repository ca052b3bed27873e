using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using static MiMoCode.Tests.Foundation.Storage.StoreFixture;

namespace MiMoCode.Tests.Foundation.Storage;

public sealed class SessionStoreTests : IAsyncDisposable
{
    private readonly StoreFixture fixture = new();

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Fact]
    public async Task A_conversation_is_read_back_byte_for_byte_after_a_restart()
    {
        var export = Conversation();
        await (await fixture.StoreAsync()).ImportAsync(export);

        var store = await fixture.StoreAsync();
        Assert.Equal(Wire(export), Wire(store.Export("ses_1")));
        Assert.Equal(Wire(export.Messages), Wire(store.LoadWindow("ses_1").Messages));
        Assert.Equal(Wire([export.Messages[1]]), Wire([store.FindMessage("ses_1", "msg_2")!]));
    }

    [Fact]
    public async Task Numbers_rise_with_every_fact_and_are_told_in_their_order()
    {
        var store = await fixture.StoreAsync();
        await store.CreateAsync(Session("ses_1"), SessionKind.User);
        await store.StoreAsync("ses_1", Fact(User("ses_1", "msg_1")), Durability.Committed);

        var told = new List<long>();
        var stored = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => store.StoreAsync(
            "ses_1", Fact(Said("ses_1", "msg_1", $"prt_{i}", "x")), Durability.Committed, whenStored: next => told.Add(next.Number))));

        Assert.Equal(stored.Order(), told);
        Assert.Equal(200, told.Distinct().Count());
    }

    [Fact]
    public async Task The_order_is_that_of_arrival_whatever_the_ids_and_clocks_say()
    {
        var store = await fixture.StoreAsync();
        await store.CreateAsync(Session("ses_1"), SessionKind.User);
        foreach (var id in (string[])["msg_c", "msg_a", "msg_b"])
        {
            await store.StoreAsync("ses_1", Fact(User("ses_1", id)), Durability.Committed);
            await store.StoreAsync("ses_1", Fact(Said("ses_1", id, "prt_z" + id, "first")), Durability.Committed);
            await store.StoreAsync("ses_1", Fact(Said("ses_1", id, "prt_a" + id, "second")), Durability.Committed);
            // A change does not move anything.
            await store.StoreAsync("ses_1", Fact(Said("ses_1", id, "prt_z" + id, "changed")), Durability.Committed);
        }

        var messages = store.LoadWindow("ses_1").Messages;
        Assert.Equal(["msg_c", "msg_a", "msg_b"], messages.Select(message => message.Info.Id));
        Assert.Equal(["changed", "second"], messages[1].Parts.Cast<TextPart>().Select(part => part.Text));
    }

    [Fact]
    public async Task A_window_begins_with_its_head_and_its_first_message()
    {
        var store = await fixture.StoreAsync();
        await store.ImportAsync(Conversation());
        Assert.Null(store.LoadWindow("ses_1").Opened);

        var tools = ImmutableArray.Create(new ToolDefinition("read", "Reads.", Json("""{"type":"object","b":1.50,"a":"é中"}""")));
        await store.StoreAsync("ses_1", new WindowOpened("Head one", tools, "build") { SessionId = "ses_1" }, Durability.Committed);
        Assert.Equal(2, store.LoadWindow("ses_1").Messages.Length);

        await store.StoreAsync("ses_1", new WindowOpened("Head 二", tools, "build", "msg_2") { SessionId = "ses_1" }, Durability.Committed);
        var window = (await fixture.StoreAsync()).LoadWindow("ses_1");
        Assert.Equal("Head 二", window.Opened!.System);
        Assert.Equal("msg_2", window.Opened.StartId);
        Assert.Equal("""{"type":"object","b":1.50,"a":"é中"}""", window.Opened.Tools[0].InputSchema.GetRawText());
        Assert.Equal(["msg_2"], window.Messages.Select(message => message.Info.Id));
    }

    [Fact]
    public async Task A_long_output_is_shortened_for_pages_and_whole_in_the_window()
    {
        var store = await fixture.StoreAsync();
        await store.CreateAsync(Session("ses_1"), SessionKind.User);
        await store.StoreAsync("ses_1", Fact(User("ses_1", "msg_1")), Durability.Committed);
        var output = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i} 😀\n"));
        await store.StoreAsync("ses_1", Fact(Tool("ses_1", "msg_1", "prt_1", output)), Durability.Committed);

        Assert.Equal(output, Output(store.LoadWindow("ses_1").Messages));
        Assert.InRange(Output(store.Page("ses_1", 10, null).Messages).Length, 30_000, 34_000);

        Directory.Delete(Path.Combine(fixture.Folder, "blob"), recursive: true);
        Assert.InRange(Output(store.LoadWindow("ses_1").Messages).Length, 30_000, 34_000);
    }

    [Fact]
    public async Task Pages_lead_from_the_end_to_the_beginning()
    {
        var store = await fixture.StoreAsync();
        await store.CreateAsync(Session("ses_1"), SessionKind.User);
        for (var i = 0; i < 10; i++)
            await store.StoreAsync("ses_1", Fact(User("ses_1", $"msg_{i}")), Durability.Committed);

        var newest = store.Page("ses_1", 4, null);
        var middle = store.Page("ses_1", 4, newest.Before);
        var oldest = store.Page("ses_1", 4, middle.Before);
        Assert.Equal(["msg_6", "msg_7", "msg_8", "msg_9"], newest.Messages.Select(message => message.Info.Id));
        Assert.Equal(["msg_2", "msg_3", "msg_4", "msg_5"], middle.Messages.Select(message => message.Info.Id));
        Assert.Equal(["msg_0", "msg_1"], oldest.Messages.Select(message => message.Info.Id));
        Assert.Null(oldest.Before);
        Assert.Equal(10, store.Page("ses_1", null, null).Messages.Length);
        Assert.Throws<UserException>(() => store.Page("ses_1", 4, "nonsense"));
    }

    [Fact]
    public async Task Lists_leave_out_hidden_sessions_and_other_projects_and_put_the_last_changed_first()
    {
        var store = await fixture.StoreAsync();
        await store.CreateAsync(Session("ses_1", title: "50% done"), SessionKind.User);
        await store.CreateAsync(Session("ses_2"), SessionKind.User);
        await store.CreateAsync(Session("ses_3", parent: "ses_1"), SessionKind.Subagent);
        await store.CreateAsync(Session("ses_4", parent: "ses_3"), SessionKind.System);
        await store.CreateAsync(Session("ses_5", project: "other"), SessionKind.User);
        await store.StoreAsync(
            "ses_1", new SessionUpdated(Session("ses_1", title: "50% done")) { SessionId = "ses_1" }, Durability.Committed);

        Assert.Equal(["ses_1", "ses_3", "ses_2"], Ids(store.List(new SessionQuery(), "prj")));
        Assert.Equal(["ses_1", "ses_2"], Ids(store.List(new SessionQuery(Roots: true), "prj")));
        Assert.Equal(["ses_1", "ses_5"], Ids(store.List(new SessionQuery(Roots: true, Limit: 2, AllProjects: true), "prj")));
        Assert.Equal(["ses_1"], Ids(store.List(new SessionQuery(Search: "0% D"), "prj")));
        Assert.Empty(store.List(new SessionQuery(Search: "_one"), "prj"));
        Assert.Equal(["ses_3"], Ids(store.Children("ses_1")));
        Assert.Empty(store.Children("ses_3"));
        Assert.Equal("ses_1", store.MostRecentRoot("prj")!.Id);
        Assert.Equal((SessionKind.System, "ses_1"), store.FindPlace("ses_4"));
    }

    [Fact]
    public async Task Deleting_takes_the_descendants_along_and_tells_the_deepest_first()
    {
        var store = await fixture.StoreAsync();
        await store.ImportAsync(Conversation());
        await store.CreateAsync(Session("ses_2", parent: "ses_1"), SessionKind.Subagent);
        await store.CreateAsync(Session("ses_3", parent: "ses_2"), SessionKind.System);

        var told = await store.DeleteAsync("ses_1");
        Assert.Equal(["ses_3", "ses_2", "ses_1"], told.Select(each => ((SessionDeleted)each.Event).SessionId));
        Assert.Null(store.Find("ses_1"));
        Assert.Null(store.FindMessage("ses_1", "msg_1"));
        await Assert.ThrowsAsync<UserException>(() => store.DeleteAsync("ses_1"));
        Assert.Equal(6, (await store.ImportAsync(Conversation())).Length);
    }

    [Fact]
    public async Task Importing_the_same_again_changes_nothing_and_another_is_refused()
    {
        var store = await fixture.StoreAsync();
        var export = Conversation();
        Assert.NotEmpty(await store.ImportAsync(export));
        Assert.Empty(await store.ImportAsync(export));

        var other = export with { Messages = export.Messages.RemoveAt(1) };
        await Assert.ThrowsAsync<UserException>(() => store.ImportAsync(other));
        Assert.Equal(Wire(export), Wire(store.Export("ses_1")));
    }

    [Fact]
    public async Task Removed_parts_and_messages_are_gone()
    {
        var store = await fixture.StoreAsync();
        await store.ImportAsync(Conversation());
        await store.StoreAsync("ses_1", new PartRemoved("msg_2", "prt_2") { SessionId = "ses_1" }, Durability.Committed);
        await store.StoreAsync("ses_1", new MessageRemoved("msg_1") { SessionId = "ses_1" }, Durability.Committed);

        var left = Assert.Single(store.LoadWindow("ses_1").Messages);
        Assert.Equal(["prt_3"], left.Parts.Select(part => part.Id));
    }

    [Fact]
    public async Task What_contradicts_the_rows_is_refused_and_leaves_nothing()
    {
        var store = await fixture.StoreAsync();
        await store.ImportAsync(Conversation());
        await store.CreateAsync(Session("ses_2"), SessionKind.User);

        await Assert.ThrowsAsync<UserException>(() => Put("ses_3", Fact(User("ses_3", "msg_9"))));
        await Assert.ThrowsAsync<UserException>(() => Put("ses_2", Fact(User("ses_2", "msg_1"))));
        await Assert.ThrowsAsync<UserException>(() => Put("ses_2", Fact(User("ses_2", "msg_9")), Fact(Said("ses_2", "nowhere", "prt_9", ""))));
        await Assert.ThrowsAsync<ArgumentException>(() => Put("ses_2", Fact(User("ses_1", "msg_1"))));
        await Assert.ThrowsAsync<ArgumentException>(() => Put("ses_1", new SessionIdle { SessionId = "ses_1" }));
        Assert.Empty(store.LoadWindow("ses_2").Messages);

        Task Put(string session, params Event[] facts) => store.StoreAsync(session, facts, Durability.Committed);
    }

    [Fact]
    public async Task Todos_are_the_last_ones_told()
    {
        var store = await fixture.StoreAsync();
        await store.CreateAsync(Session("ses_1"), SessionKind.User);
        Assert.Empty(store.Todos("ses_1"));
        await store.StoreAsync("ses_1", new TodoUpdated([new Todo("a", "pending"), new Todo("b", "pending")]) { SessionId = "ses_1" }, Durability.Committed);
        await store.StoreAsync("ses_1", new TodoUpdated([new Todo("a", "completed")]) { SessionId = "ses_1" }, Durability.Committed);
        Assert.Equal(new Todo("a", "completed"), Assert.Single(store.Todos("ses_1")));
    }

    internal static SessionExport Conversation() => new(
        Session("ses_1"),
        [
            new MessageWithParts(User("ses_1", "msg_1"), [Said("ses_1", "msg_1", "prt_1", "Fix \"it\" – 修复 <b>\u0007 😀")]),
            new MessageWithParts(
                Reply("ses_1", "msg_2", "msg_1") with { Cost = 0.123456789m, Finish = StopReason.Done },
                [
                    Tool("ses_1", "msg_2", "prt_2", "some output", input: """{"filePath":"/a","offset":1.50}"""),
                    new UnknownPart(Json("""{"type":"later","id":"prt_3","sessionID":"ses_1","messageID":"msg_2","x":[1,2.0]}"""))
                    {
                        Id = "prt_3", SessionId = "ses_1", MessageId = "msg_2",
                    },
                ]),
        ]);

    private static IEnumerable<string> Ids(ImmutableArray<SessionInfo> sessions) => sessions.Select(session => session.Id);

    private static string Output(ImmutableArray<MessageWithParts> messages) =>
        ((ToolCompleted)((ToolPart)messages[0].Parts[0]).State).Output;
}
