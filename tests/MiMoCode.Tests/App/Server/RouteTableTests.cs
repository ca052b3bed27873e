using System.Net;
using MiMoCode.App.Server;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.App.Server;

/// <summary>Which route a path means.</summary>
public sealed class RouteTableTests
{
    private static readonly RouteTable Table = new(
    [
        Of("GET", "/"), Of("GET", "/a"), Of("POST", "/a"), Of("GET", "/a/{one}"), Of("GET", "/a/fixed"), Of("GET", "/a/fixed/b"), Of("PUT", "/a/{one}/b"), Of("GET", "/a/{one}/c/{two}"),
    ]);

    [Theory]
    [InlineData("GET", "/", "/")]
    [InlineData("GET", "/a", "/a")]
    [InlineData("GET", "/a/", "/a")]
    [InlineData("GET", "/a/fixed", "/a/fixed")]
    [InlineData("GET", "/a/other", "/a/{one} one=other")]
    [InlineData("PUT", "/a/fixed/b", "/a/{one}/b one=fixed")]
    [InlineData("GET", "/a/fixed/c/x y", "/a/{one}/c/{two} one=fixed two=x y")]
    [InlineData("GET", "/a//c/x", null)]
    [InlineData("GET", "/A", null)]
    [InlineData("DELETE", "/a", null)]
    [InlineData("GET", "/a/fixed/b/d", null)]
    [InlineData("GET", "/a/{one}/c", null)]
    public void Finds_the_route_that_is_meant(string method, string path, string? expected)
    {
        var match = Table.Find(method, path);
        var parts = new[] { "one", "two" }.Where(name => match?.Part(name) is not null).Select(name => $" {name}={match!.Part(name)}");
        Assert.Equal(expected, match is null ? null : match.Route.Path + string.Concat(parts));
    }

    [Fact]
    public void Refuses_two_routes_for_the_same()
    {
        Assert.Throws<ArgumentException>(() => new RouteTable([Of("GET", "/a/{one}"), Of("GET", "/a/{two}")]));
    }

    [Fact]
    public async Task Sets_shows_and_takes_back_a_goal()
    {
        await using var server = await ServerHarness.StartAsync();
        var path = $"/session/{await server.NewSessionAsync()}/goal";
        Assert.Equal(HttpStatusCode.NotFound, (await server.AskAsync(HttpMethod.Get, path)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.AskAsync(HttpMethod.Put, path, """{"condition":" "}""")).Status);
        await server.SendAsync(HttpMethod.Put, path, """{"condition":"`true` passes","maxMinutes":5}""");
        var goal = await server.GetAsync(path);
        Assert.Equal(("`true` passes", "open", 5), (goal.GetProperty("condition").GetString(), goal.GetProperty("state").GetString(), goal.GetProperty("maxMinutes").GetInt32()));
        await server.SendAsync(HttpMethod.Delete, path);
        Assert.Equal(HttpStatusCode.NotFound, (await server.AskAsync(HttpMethod.Get, path)).Status);
    }

    private static Route Of(string method, string path) => new(method, path, path, path, _ => Task.CompletedTask);
}
