using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Tests.Foundation.Storage;

public sealed class HistorySearchTests : IAsyncLifetime
{
    private readonly StoreFixture fixture = new();
    private Database database = null!;
    private BlobStore blobs = null!;
    private SessionStore store = null!;
    private HistorySearch search = null!;
    private int number;

    public async Task InitializeAsync()
    {
        database = await fixture.OpenAsync();
        blobs = new BlobStore(database);
        store = new SessionStore(database, blobs);
        search = new HistorySearch(database, blobs, new SpilledOutputs(fixture.Folder), new HistoryIndex(database, new SpilledOutputs(fixture.Folder)));
        await store.CreateAsync(StoreFixture.Session("ses_a"), SessionKind.User);
    }

    public async Task DisposeAsync() => await fixture.DisposeAsync();

    [Theory]
    [InlineData("The staging proxy listens on port 8431 now.", "8431")]
    [InlineData("See https://build.example.org:9000/jobs/17?full=1 for it.", "https://build.example.org:9000/jobs/17")]
    [InlineData("The class is called StatusBarModel.", "sBarMod")]
    [InlineData("我们决定把数据库迁移到新的集群", "数据")]
    [InlineData("我们决定把数据库迁移到新的集群", "集群")]
    [InlineData("我们决定把数据库迁移到新的集群", "迁移到新")]
    [InlineData("我们决定把数据库迁移到新的集群", "群")]
    [InlineData("Set MAX_RETRY_COUNT to 7.", "max_retry_count")]
    [InlineData("export QUOTA_BROKER_TIMEOUT_MS=250", "quota-broker")]
    [InlineData("export QUOTA_BROKER_TIMEOUT_MS=250", "timeout_ms")]
    [InlineData("see the quota-broker", "quota_broker")]
    [InlineData("Fehler beim Öffnen der Datei", "offnen")]
    [InlineData("打开StatusBarModel类的日志", "sBarMod")]
    [InlineData("打开StatusBarModel类的日志", "Model类")]
    [InlineData("打开StatusBarModel类的日志", "tusBar 日志")]
    [InlineData("it calls a->b(\"x\")", "a->b")]
    [InlineData("the file is src/net/dial.go", "net/dial.go")]
    public async Task Finds_words_pieces_addresses_and_other_scripts(string said, string wanted)
    {
        await SayAsync("ses_a", "Something else entirely was said here first.");
        await SayAsync("ses_a", said);
        var hit = Assert.Single(await FindAsync(wanted));
        Assert.Contains(said, hit.Snippet);
    }

    [Fact]
    public async Task Puts_the_newest_first_among_equals()
    {
        await SayAsync("ses_a", "The cache limit is 40.");
        await SayAsync("ses_a", "The cache limit is 90.");
        Assert.Equal(["The cache limit is 90.", "The cache limit is 40."], (await FindAsync("cache limit")).Select(hit => hit.Snippet));
    }

    [Fact]
    public async Task A_question_finds_the_sentence_that_answers_it()
    {
        for (var i = 0; i < 50; i++)
            await SayAsync("ses_a", $"Step {i}: what the build does for the service which is up now.");
        await SayAsync("ses_a", "Uploads are limited to 12 megabytes by the gateway.");
        for (var i = 0; i < 50; i++)
            await SayAsync("ses_a", $"Step {i}: the build for the service is what it was.");
        Assert.Contains("12 megabytes", (await FindAsync("what is the upload limit of the gateway"))[0].Snippet);
    }

    [Fact]
    public async Task A_rare_word_counts_for_much_although_many_begin_like_it()
    {
        await SayAsync("ses_a", "[pulse]\nworkers = 470");
        for (var step = 0; step < 30; step++)
            await SayAsync("ses_a", $"worker-{step} is well");
        await SayAsync("ses_a", "How many are there?");
        Assert.Contains(await FindAsync("many workers"), hit => hit.Snippet.Contains("470", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Finds_what_stands_in_the_middle_of_a_long_output()
    {
        var output = $"{Noise(30_000)}\nthe shard key is tenant_cuvee_77\n{Noise(30_000)}";
        await CallAsync("ses_a", output);
        Assert.Contains("tenant_cuvee_77", (await FindAsync("shard key"))[0].Snippet);
        Assert.Contains("tenant_cuvee_77", (await FindAsync("cuvee"))[0].Snippet);
    }

    [Fact]
    public async Task Finds_what_was_left_out_of_the_window_and_lies_in_a_file()
    {
        var file = Path.Combine(fixture.Folder, "tool_1");
        await File.WriteAllTextAsync(file, $"{Noise(30_000)}\nthe fingerprint is 9f3c77d1\n{Noise(30_000)}");
        await CallAsync("ses_a", $"{Noise(20_000)}\n{SpillNote.Of(900, 30_000, file)}\n{Noise(20_000)}");
        Assert.Contains("9f3c77d1", (await FindAsync("fingerprint"))[0].Snippet);
    }

    [Fact]
    public async Task Looks_only_where_it_is_told_to()
    {
        await store.CreateAsync(StoreFixture.Session("ses_b"), SessionKind.User);
        await store.CreateAsync(StoreFixture.Session("ses_c", project: "other"), SessionKind.User);
        await store.CreateAsync(StoreFixture.Session("ses_w", parent: "ses_a"), SessionKind.System);
        foreach (var session in (string[])["ses_a", "ses_b", "ses_c", "ses_w"])
            await SayAsync(session, $"walrus in {session}");

        Assert.Equal(["ses_b"], (await FindAsync("walrus", root: "ses_b", project: null)).Select(hit => hit.SessionId));
        Assert.Equal(["ses_b", "ses_a"], (await FindAsync("walrus")).Select(hit => hit.SessionId));
        Assert.Equal(["ses_c", "ses_b", "ses_a"], (await FindAsync("walrus", project: null)).Select(hit => hit.SessionId));
    }

    [Fact]
    public async Task A_part_that_changed_or_went_is_not_found_by_what_it_said_before()
    {
        await store.StoreAsync("ses_a", StoreFixture.Fact(StoreFixture.User("ses_a", "msg_x")), Durability.Committed);
        await store.StoreAsync("ses_a", StoreFixture.Fact(StoreFixture.Said("ses_a", "msg_x", "prt_x", "giraffe")), Durability.Committed);
        Assert.Single(await FindAsync("giraffe"));
        await store.StoreAsync("ses_a", StoreFixture.Fact(StoreFixture.Said("ses_a", "msg_x", "prt_x", "zebra")), Durability.Committed);
        Assert.Empty(await FindAsync("giraffe"));
        Assert.Single(await FindAsync("zebra"));
    }

    [Fact]
    public async Task What_the_look_up_itself_showed_is_not_found_again()
    {
        await CallAsync("ses_a", "a hit about the lighthouse", tool: "history");
        Assert.Empty(await FindAsync("lighthouse"));
    }

    [Fact]
    public async Task A_search_that_cannot_wait_for_the_index_looks_at_the_newest_itself_and_says_how_much_is_unread()
    {
        await SayAsync("ses_a", "the oldest word is heron");
        for (var i = 0; i < 40; i++)
            await SayAsync("ses_a", Noise(20_000));
        await SayAsync("ses_a", "the newest word is egret");
        var index = new HistoryIndex(database, new SpilledOutputs(fixture.Folder));
        var impatient = new HistorySearch(database, blobs, new SpilledOutputs(fixture.Folder), index) { Patience = TimeSpan.Zero };

        var (hits, unread, _) = await impatient.SearchAsync(new HistoryQuery("egret", null, "prj"), CancellationToken.None);
        Assert.Contains("egret", Assert.Single(hits).Snippet);
        Assert.True(unread > 20, $"{unread} are unread");
        Assert.InRange(await index.DrainAsync(TimeSpan.FromTicks(1), CancellationToken.None), 1, unread - 1);
        Assert.Equal(0, await index.DrainAsync(TimeSpan.MaxValue, CancellationToken.None));
        Assert.Single((await impatient.SearchAsync(new HistoryQuery("heron", null, "prj"), CancellationToken.None)).Hits);
    }

    [Fact]
    public async Task What_is_old_is_found_among_much_that_is_like_it_and_a_search_that_stops_before_says_so()
    {
        await SayAsync("ses_a", "the oldest entry is xabcdex");
        for (var i = 0; i < 300; i++)
            await SayAsync("ses_a", $"abc bcd cde {i}");
        Assert.Contains("oldest", Assert.Single(await FindAsync("abcde")).Snippet);

        var index = new HistoryIndex(database, new SpilledOutputs(fixture.Folder));
        var hasty = new HistorySearch(database, blobs, new SpilledOutputs(fixture.Folder), index) { Longest = TimeSpan.Zero };
        var stopped = await hasty.SearchAsync(new HistoryQuery("abcde", null, "prj"), CancellationToken.None);
        Assert.Empty(stopped.Hits);
        Assert.Contains("only the newest were looked through", Assert.Single(stopped.Notices()));
        Assert.Empty((await hasty.SearchAsync(new HistoryQuery("oldest", null, "prj"), CancellationToken.None)).Notices());
    }

    [Fact]
    public async Task Shows_what_stood_around_a_place_and_the_whole_of_it()
    {
        foreach (var word in (string[])["one", "two", "three", "four"])
            await SayAsync("ses_a", word);
        var hit = Assert.Single(await FindAsync("three"));
        var pages = new HistoryPages(database, blobs, new SpilledOutputs(fixture.Folder));
        Assert.Equal(["two", "three", "four"], pages.Around(hit.MessageId, 1, 1).Select(near => near.Parts[0].Texts[0].Text));
        Assert.Equal("three", pages.Find(hit.Part)!.TextOf("user"));
    }

    private static string Noise(int length) =>
        string.Concat(Enumerable.Range(0, length / 50).Select(i => $"line {i:00000} of an output that says nothing at all\n"));

    private async Task SayAsync(string session, string text)
    {
        var id = $"msg_{++number}";
        await store.StoreAsync(
            session, [StoreFixture.Fact(StoreFixture.User(session, id)), StoreFixture.Fact(StoreFixture.Said(session, id, $"prt_{number}", text))],
            Durability.Committed);
    }

    private async Task CallAsync(string session, string output, string tool = "read")
    {
        var id = $"msg_{++number}";
        Part part = StoreFixture.Tool(session, id, $"prt_{number}", output, tool);
        await store.StoreAsync(session, [StoreFixture.Fact(StoreFixture.Reply(session, id, "msg_0")), StoreFixture.Fact(part)], Durability.Committed);
    }

    private async Task<System.Collections.Immutable.ImmutableArray<HistoryHit>> FindAsync(string text, string? root = null, string? project = "prj") =>
        (await search.SearchAsync(new HistoryQuery(text, root, project), CancellationToken.None)).Hits;
}
