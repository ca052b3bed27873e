using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.App.Server;

/// <summary>What happens, as clients hear it.</summary>
public sealed class EventTests
{
    private const string Prompt = """{"parts":[{"type":"text","text":"hello"}]}""";

    [Fact]
    public async Task Tells_a_turn_in_its_order()
    {
        await using var server = await ServerHarness.StartAsync(null, new Reply { Text = "Good day to you.", FragmentSize = 4 });
        await using var events = await EventReader.OpenAsync(server.Client);
        var id = await server.NewSessionAsync();
        await server.PostAsync($"/session/{id}/prompt_async", Prompt);
        var types = (await events.UntilAsync("session.idle")).Select(frame => frame.Type).ToList();
        Assert.Equal("server.connected", types[0]);
        int[] order = [.. new[] { "session.created", "message.updated", "message.part.delta", "session.idle" }.Select(type => types.IndexOf(type))];
        Assert.DoesNotContain(-1, order);
        Assert.Equal(order.Order(), order);
        Assert.DoesNotContain("session.window", types);
    }

    [Fact]
    public async Task Resumes_without_a_gap_after_a_restart()
    {
        await using var server = await ServerHarness.StartAsync(null, Reply.Say("one"), Reply.Say("two"));
        var id = await server.NewSessionAsync();
        string? last;
        await using (var events = await EventReader.OpenAsync(server.Client))
        {
            await server.PostAsync($"/session/{id}/message", Prompt);
            last = (await events.UntilAsync("session.idle"))[^1].Id;
        }

        await server.PostAsync($"/session/{id}/message", Prompt);
        await server.RestartAsync();
        await using var again = await EventReader.OpenAsync(server.Client, after: last);
        await server.PostAsync("/session", """{"title":"the end"}""");
        var frames = await again.UntilAsync("session.created");
        var texts = string.Concat(frames.Select(frame => frame.Json.ToString()));
        Assert.Contains("two", texts, StringComparison.Ordinal);
        Assert.DoesNotContain("\"one\"", texts, StringComparison.Ordinal);
        var numbers = frames.Select(frame => long.Parse(frame.Id!.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(numbers.Order(), numbers);
    }

    [Theory]
    [InlineData("0123456789abcdef-7")]
    [InlineData("{own}-999999")]
    public async Task Says_that_everything_is_to_be_read_anew_when_it_cannot_resume(string cursor)
    {
        await using var server = await ServerHarness.StartAsync();
        string own;
        await using (var events = await EventReader.OpenAsync(server.Client))
            own = (await events.NextAsync())!.Id!.Split('-')[0];
        await using var again = await EventReader.OpenAsync(server.Client, after: cursor.Replace("{own}", own, StringComparison.Ordinal));
        var frames = await again.UntilAsync("server.instance.disposed");
        Assert.Equal("server.connected", frames[0].Type);
        Assert.StartsWith(own, frames[^1].Id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beats_every_ten_seconds_of_silence()
    {
        var clock = new ManualClock();
        await using var server = await ServerHarness.StartAsync(options => options with { Workspace = options.Workspace with { Clock = clock } });
        await using var events = await EventReader.OpenAsync(server.Client);
        Assert.Equal("server.connected", (await events.NextAsync())!.Type);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("server.heartbeat", (await events.NextAsync())!.Type);
    }

    [Fact]
    public async Task Ends_the_streams_of_a_project_that_is_opened_anew()
    {
        await using var server = await ServerHarness.StartAsync();
        await using var events = await EventReader.OpenAsync(server.Client);
        await server.ReloadAsync();
        Assert.Equal("server.instance.disposed", (await events.UntilAsync("server.instance.disposed"))[^1].Type);
        Assert.Null(await events.NextAsync());
        Assert.Empty((await server.GetAsync("/session")).EnumerateArray());
    }

    [Fact]
    public async Task Reads_settings_anew_when_a_project_is_opened_anew()
    {
        await using var server = await ServerHarness.StartAsync();
        Assert.False((await server.GetAsync("/config")).TryGetProperty("username", out _));
        server.Project.Write("mimocode.json", """{"username":"somebody"}""");
        await using var events = await EventReader.OpenAsync(server.Client);
        await server.ReloadAsync();
        await events.UntilAsync("server.instance.disposed");
        Assert.Equal("somebody", (await server.GetAsync("/config")).GetProperty("username").GetString());
    }

    [Fact]
    public async Task Cuts_off_a_client_that_does_not_read_and_no_other()
    {
        // More facts than a listener may leave unread, and more bytes than the buffers between us hold.
        const int changes = 1500;
        var title = new string('t', 24_000);
        await using var server = await ServerHarness.StartAsync();
        using var client = server.NewClient();
        await using var deaf = await EventReader.OpenAsync(client);
        await using var events = await EventReader.OpenAsync(server.Client);
        var id = await server.NewSessionAsync();
        var hearing = CountAsync(events, changes);
        for (var i = 0; i < changes; i++)
            await server.SendAsync(HttpMethod.Patch, $"/session/{id}", $$"""{"title":"{{i}} {{title}}"}""");
        Assert.Equal(changes, await hearing);
        await Assert.ThrowsAnyAsync<IOException>(() => CountAsync(deaf, changes));
    }

    private static async Task<int> CountAsync(EventReader events, int most)
    {
        var heard = 0;
        while (heard < most && await events.NextAsync() is { } frame)
            heard += frame.Type is "session.updated" ? 1 : 0;
        return heard;
    }
}
