using MiMoCode.TestKit;

namespace MiMoCode.Tests.App.Server;

/// <summary>Which folders a client may name, and what happens in each.</summary>
public sealed class DirectoryTests
{
    [Theory]
    [InlineData("/etc", 403)]
    [InlineData("/", 403)]
    [InlineData("..", 400)]
    [InlineData("{root}/../..", 400)]
    [InlineData("{root}/missing", 400)]
    [InlineData("{root}\0", 400)]
    [InlineData("{root}x", 403)]
    [InlineData("{root}%2f..%2f..", 403)]
    public async Task Opens_no_folder_outside(string directory, int status)
    {
        await using var server = await ServerHarness.StartAsync();
        var named = directory.Replace("{root}", server.Project.Root, StringComparison.Ordinal);
        Assert.Equal(status, (int)(await server.AskAsync(HttpMethod.Get, "/session?directory=" + Uri.EscapeDataString(named))).Status);

        using var request = new HttpRequestMessage(HttpMethod.Get, "session");
        request.Headers.Add("x-opencode-directory", Uri.EscapeDataString(named));
        Assert.Contains((int)(await server.Client.SendAsync(request)).StatusCode, new[] { 400, 403 });
    }

    [Fact]
    public async Task Follows_no_link_out_of_the_allowed_folders()
    {
        await using var server = await ServerHarness.StartAsync();
        Directory.CreateSymbolicLink(server.Project["link"], "/etc");
        Assert.Equal(403, (int)(await server.AskAsync(HttpMethod.Get, "/session?directory=" + Uri.EscapeDataString(server.Project["link"]))).Status);
        Assert.Equal(403, (int)(await server.AskAsync(HttpMethod.Get, "/file/content?path=link/passwd")).Status);
        Assert.Equal(403, (int)(await server.AskAsync(HttpMethod.Get, "/file/content?path=../../../../etc/passwd")).Status);
    }

    [Fact]
    public async Task Serves_several_projects_each_with_its_own_sessions_and_events()
    {
        using var other = new TempProject();
        await using var server = await ServerHarness.StartAsync(options => options with { Folders = [other.Root] });
        var here = await EventReader.OpenAsync(server.Client);
        var there = await EventReader.OpenAsync(server.Client, $"event?directory={other.Root}");
        var all = await EventReader.OpenAsync(server.Client, "global/event");
        await using (here)
        await using (there)
        await using (all)
        {
            var created = await server.PostAsync($"/session?directory={other.Root}", "{}");
            Assert.Equal(other.Root, created.GetProperty("directory").GetString());
            await there.UntilAsync("session.created");
            await server.PostAsync("/session", "{}");
            var heard = await here.UntilAsync("session.created");
            Assert.Equal(server.Project.Root, heard[^1].Properties.GetProperty("info").GetProperty("directory").GetString());
            Assert.False((await all.NextAsync())!.Json.TryGetProperty("directory", out _));
            Assert.Equal(other.Root, (await all.NextAsync())!.Json.GetProperty("directory").GetString());
            Assert.Equal(server.Project.Root, (await all.NextAsync())!.Json.GetProperty("directory").GetString());
        }

        Assert.Single((await server.GetAsync("/session")).EnumerateArray());
        Assert.Single((await server.GetAsync($"/session?directory={other.Root}")).EnumerateArray());
    }
}
