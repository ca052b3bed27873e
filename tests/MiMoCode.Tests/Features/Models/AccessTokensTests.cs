using MiMoCode.Engine.Features.Models;
using MiMoCode.Engine.Foundation.Auth;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.TestKit;
using MiMoCode.Tests.Providers;
using static MiMoCode.Tests.Providers.Conversation;

namespace MiMoCode.Tests.Features.Models;

public sealed class AccessTokensTests : IAsyncLifetime
{
    private readonly TempProject project = new();
    private readonly SocketsHttpHandler handler = new();
    private TokenServer server = null!;

    public async Task InitializeAsync() => server = await TokenServer.StartAsync();

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        handler.Dispose();
        project.Dispose();
    }

    [Fact]
    public async Task Many_who_need_a_new_token_at_once_ask_for_one()
    {
        Write();
        server.Delay = TimeSpan.FromMilliseconds(50);
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Tokens().GetAsync("test", null, default)));
        Assert.All(all, each => Assert.Equal(new AccessToken("access-1"), each));
        Assert.Equal((1, "tests"), (server.Asked, server.ClientId));
        var stored = File.ReadAllText(Store().Path);
        Assert.Contains("refresh-1", stored, StringComparison.Ordinal);
        Assert.Contains("\"odd\": 7", stored, StringComparison.Ordinal);
        Assert.Contains("sk-other", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_still_holds_is_used_and_the_old_one_too_while_it_cannot_be_renewed()
    {
        Write(TimeProvider.System.GetUtcNow().AddHours(1));
        Assert.Equal("access-0", (await Tokens().GetAsync("test", null, default)).Token);
        Write(TimeProvider.System.GetUtcNow().AddSeconds(40));
        server.Faults.Enqueue((500, "down"));
        Assert.Equal("access-0", (await Tokens().GetAsync("test", null, default)).Token);
        Assert.Equal("access-1", (await Tokens().GetAsync("test", null, default)).Token);
    }

    [Theory]
    [InlineData(500, "down", FailureKind.Server)]
    [InlineData(200, "<html>log in</html>", FailureKind.Server)]
    [InlineData(200, """{"access_token":""}""", FailureKind.Server)]
    [InlineData(200, "[]", FailureKind.Server)]
    [InlineData(400, """{"error":"invalid_grant"}""", FailureKind.Auth)]
    public async Task What_is_no_token_leaves_the_file_as_it_is(int status, string body, FailureKind kind)
    {
        Write();
        var before = File.ReadAllText(Store().Path);
        server.Faults.Enqueue((status, body));
        var (token, failure) = await Tokens().GetAsync("test", null, default);
        Assert.Equal((null, kind), (token, failure!.Kind));
        Assert.Equal(kind is FailureKind.Auth, failure.Message.Contains("mimo auth login test", StringComparison.Ordinal));
        Assert.Equal(before, File.ReadAllText(Store().Path));
    }

    [Fact]
    public async Task Without_a_place_to_renew_it_says_what_to_do()
    {
        project.Write("data/auth.json", """{"test":{"type":"oauth","refresh":"r","access":"a","expires":1}}""");
        var (_, failure) = await Tokens().GetAsync("test", null, default);
        Assert.Equal(FailureKind.Auth, failure!.Kind);
        Assert.Contains("mimo auth login test", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_token_that_cannot_be_stored_yet_is_not_lost()
    {
        Write();
        var tokens = Tokens();
        var before = File.ReadAllText(Store().Path);
        server.Meanwhile = () => File.WriteAllText(Store().Path, "{");
        Assert.Contains("damaged", (await tokens.GetAsync("test", null, default)).Failure!.Message, StringComparison.Ordinal);
        File.WriteAllText(Store().Path, before);
        Assert.Equal("access-1", (await tokens.GetAsync("test", null, default)).Token);
        Assert.Equal(1, server.Asked);
    }

    [Fact]
    public async Task Who_logs_in_anew_meanwhile_keeps_the_new_key()
    {
        Write();
        server.Meanwhile = () => Store().Set("test", new Credential("oauth") { Access = "mine", Refresh = "mine-too" });
        Assert.Equal("mine", (await Tokens().GetAsync("test", null, default)).Token);
        Assert.Equal("mine-too", Store().Find("test")!.Refresh);
    }

    [Fact]
    public async Task A_token_that_is_refused_before_its_time_is_renewed_once_and_the_request_made_again()
    {
        Write(TimeProvider.System.GetUtcNow().AddHours(1));
        var asked = new List<string>();
        var provider = new RenewingProvider("test", Tokens(), token => new Answering(() =>
        {
            asked.Add(token);
            return token is "access-1" ? null : new ProviderFailure(FailureKind.Auth, "No.") { StatusCode = 401 };
        }));
        Assert.Null((await AskAsync(provider)).End().Failure);
        Assert.Equal(["access-0", "access-1"], asked);

        asked.Clear();
        var hopeless = new RenewingProvider("test", Tokens(), token => new Answering(() =>
        {
            asked.Add(token);
            return new ProviderFailure(FailureKind.Auth, "No.") { StatusCode = 401 };
        }));
        Assert.Equal(401, (await AskAsync(hopeless)).End().Failure!.StatusCode);
        Assert.Equal(["access-1", "access-2"], asked);
    }

    private AuthStore Store() => new(Path.Combine(project.Root, "data", "auth.json"), TimeProvider.System);

    private AccessTokens Tokens() => new(Store(), handler, TimeProvider.System);

    private void Write(DateTimeOffset? ends = null) =>
        project.Write("data/auth.json", $$$"""{"test": {{{server.Entry(ends)}}}, "other": {"type":"api","key":"sk-other"}}""");

    private sealed class Answering(Func<ProviderFailure?> answer) : IProvider
    {
        public async IAsyncEnumerable<ModelEvent> StreamAsync(
            ModelRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            var failure = answer();
            yield return new Finished(failure is null ? StopReason.Done : StopReason.Failed, TokenUsage.None, [], failure);
        }
    }
}
