using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>The cases of the fault suite. Each asserts what it expects and tells what it saw.</summary>
internal static class FaultCases
{
    private static readonly Reply Ok = Reply.Say("all is well");

    public static IReadOnlyList<Case> All { get; } =
    [
        new("83", "nobody listens at the address", "tries again and says so; a signal ends it", NobodyListensAsync),
        new("83", "the host has no address", "tries again, because a network may come back; a signal ends it", UnknownHostAsync),
        new("83", "the server does not speak TLS", "ends at once and says why; nothing is sent; code 1", NoTlsAsync),
        .. ((int, string)[])[(400, "bad field"), (401, "no such key"), (402, "pay first"), (403, "not yours"), (404, "no such model"), (422, "wrong shape")]
            is var refusals ? refusals.Select(each => new Case("84", $"status {each.Item1}", "one request, one line that says what the server said, code 1", () => RefusedAsync(each.Item1, each.Item2))) : [],
        .. ((int[])[500, 502, 503, 529]).Select(status => new Case("84", $"status {status}, then an answer", "tries again and answers", () => TriedAgainAsync(Reply.Refuse(status, "{}")))),
        new("84", "status 429 with Retry-After in seconds", "waits that long, then answers", () => WaitedAsync("1")),
        new("84", "status 429 with Retry-After as a date", "waits until then, then answers", () => WaitedAsync(null)),
        new("84", "status 429 that asks for a day", "does not wait; code 1 and a message", TooLongAsync),
        new("85", "a page of HTML with status 200", "code 1; says length and kind of what came", () => EndsAsync(new Reply { Delivery = new Refusal(200, "<html><body>Log in</body></html>", "text/html") }, "bytes")),
        new("85", "an empty body with status 200", "tries again and answers", () => TriedAgainAsync(new Reply { Delivery = new Refusal(200, "", "text/event-stream") })),
        new("85", "an error object inside the stream", "tries again and answers", () => TriedAgainAsync(new Reply { Text = "half", Delivery = new ErrorInStream(1, "server_error", "overloaded") })),
        new("85", "an event that is not JSON", "tries again and answers", () => TriedAgainAsync(Ok with { Delivery = new Inserted(1, "data: {not json\n\n") })),
        new("89", "comments and events that nobody knows", "tolerated", () => AnswersAsync(Ok with { Delivery = new Inserted(1, ": comment\n\nevent: ping\ndata: {}\n\n") })),
        new("86", "no headers", "after the time limit tries again and answers", () => TriedAgainAsync(Ok with { Delivery = new StallAfter(-1, Never()) }, Impatient)),
        new("86", "silence in the middle of the answer", "after the time limit tries again; the answer stands there once", () => TriedAgainAsync(Ok with { Delivery = new StallAfter(300, Never()) }, Impatient)),
        new("86", "nothing but keep-alive comments", "they do not count as life: tries again and answers", () => TriedAgainAsync(Ok with { Delivery = new KeepAliveOnly(TimeSpan.FromMilliseconds(100)) }, Impatient)),
        new("86", "a slow but living answer", "is waited for", () => AnswersAsync(Ok with { Delivery = new SlowDrip(80, TimeSpan.FromMilliseconds(300)), FragmentSize = 1 }, scene => WaitAtMost(scene, 5_000))),
        new("87", "cut in the middle of the text", "tries again; the answer stands there once", () => TriedAgainAsync(Ok with { Delivery = new CutAfter(420) })),
        new("87", "cut anywhere in a tool call", "the call runs once, never in part", () => CallCutAsync(count => new CutAfter(count))),
        .. BadArguments.Select(bad => new Case("88", bad.Name, "the model is told; nothing runs", () => BadCallAsync(bad.Tool, bad.Arguments, bad.Finish))),
        .. Oddities.Select(odd => new Case("89", odd.Name, "tolerated: the call runs once", () => OddCallAsync(odd.Reply))),
        .. ContextTooLong.Wordings.Select(wording => new Case("90", $"too long, as {wording.Server} says it", "ends with code 1 and says that the window is full; at most 3 requests", () => TooLongForTheWindowAsync(wording.Status, wording.Body))),
        new("91", "one word repeated for ever", "the reply is stopped and the model told twice; then the turn is paused; code 3", () => EndlessAsync(Endless)),
        new("91", "endless reasoning in circles", "the reply is stopped and the model told twice; then the turn is paused; code 3", () => EndlessAsync(Endless with { Text = null, Reasoning = Endless.Text })),
        new("91", "the same call again and again", "the model is told twice; then the turn is paused; code 3", () => CirclesAsync(_ => Reply.Call("list", new { }), 5)),
        new("91", "two calls in turn for ever", "the model is told twice; then the turn is paused; code 3", () => CirclesAsync(number => number % 2 is 0 ? Reply.Call("list", new { }) : Reply.Call("read", new { filePath = "a.txt" }), 8)),
        new("92", "the connection breaks before the headers", "tries again and answers", () => TriedAgainAsync(Ok with { Delivery = new ResetAfter(-1) })),
        new("92", "the connection breaks anywhere in a tool call", "the call runs once, never twice", () => CallCutAsync(count => new ResetAfter(count))),
        new("93", "two processes whose access token has ended", "one renews it, the other waits and reads it; both answer; code 0", RenewedOnceAsync),
        new("93", "the token server says 500, then sends a page", "tries again; until then the old token and all other keys stay; code 0", RenewedAtLastAsync),
        new("93", "the refresh token is refused", "ends at once and says what to do; the file stays as it is; code 1", NotRenewedAsync),
        new("94", "a redirect to another host", "the key is not sent there", RedirectedAsync),
        new("94", "the project points a provider elsewhere", "the stored key is not sent there; one line, code 1 or 2", PointedElsewhereAsync),
    ];

    private static IEnumerable<(string Name, string Tool, string Arguments, string? Finish)> BadArguments =>
    [
        ("truncated arguments", "bash", """{"command":"sh append.sh","descr""", null),
        ("truncated arguments that could be repaired", "bash", """{"command":"sh append.sh" """, null),
        ("arguments cut by the output limit", "bash", """{"command":"sh append.sh","descr""", "length"),
        ("arguments that are a list", "bash", """["sh append.sh"]""", null),
        ("arguments that are null", "bash", "null", null),
        ("a missing argument", "bash", """{"description":"x"}""", null),
        ("an argument of the wrong type", "bash", """{"command":["sh","append.sh"],"description":"x"}""", null),
        ("the same argument twice", "read", """{"filePath":"append.sh","filePath":7}""", null),
        ("a tool that does not exist", "launch_rockets", """{"command":"sh append.sh"}""", null),
        ("five megabytes of arguments for nothing", "nothing", $$"""{"x":"{{new string('x', 5_000_000)}}"}""", null),
    ];

    private static IEnumerable<(string Name, Reply Reply)> Oddities =>
    [
        ("no ids of calls", Append with { Style = ToolCallStyle.WithoutId }),
        ("no index of calls", Append with { Style = ToolCallStyle.WithoutIndex }),
        ("id and name in every fragment", Append with { Style = ToolCallStyle.RepeatedHead }),
        ("the whole call in one piece", Append with { Style = ToolCallStyle.Whole }),
        ("no usage", Append with { Usage = null }),
        ("negative usage", Append with { Usage = new Usage(-5, -5) }),
        ("finish reason stop although there is a call", Append with { Finish = "stop" }),
        ("a finish reason nobody knows", Append with { Finish = "because" }),
        ("bytes pushed out one by one", Append with { Delivery = new SplitEvery(1) }),
    ];

    private static Reply Append => Reply.Call("bash", new { command = "sh append.sh", description = "Appends a line" });

    private static Reply Endless => Reply.Say(string.Concat(Enumerable.Repeat("and again the same words ", 20_000)));

    private static Task<Scene> OpenAsync(params Reply[] replies) =>
        Scene.OpenAsync(new TempProject(("append.sh", "echo ran >> ran.txt\n")), replies);

    private static Task Never() => Task.Delay(Timeout.Infinite);

    private static void Impatient(Scene scene) => WaitAtMost(scene, 1_000);

    private static void WaitAtMost(Scene scene, int milliseconds) =>
        scene.Settings["provider"]!["test"]!["options"]!["chunkTimeout"] = milliseconds;

    private static async Task<string> NobodyListensAsync()
    {
        await using var scene = await OpenAsync();
        scene.Settings["provider"]!["test"]!["options"]!["baseURL"] = $"http://127.0.0.1:{FreePort()}/v1";
        return await TriesUntilStoppedAsync(scene);
    }

    private static async Task<string> UnknownHostAsync()
    {
        await using var scene = await OpenAsync();
        scene.Settings["provider"]!["test"]!["options"]!["baseURL"] = "http://model.invalid/v1";
        return await TriesUntilStoppedAsync(scene);
    }

    private static async Task<string> TriesUntilStoppedAsync(Scene scene)
    {
        await using var process = scene.Start(["run", "hello"]);
        await process.UntilErrorsAsync("trying again (attempt 1, for ");
        process.Signal(2);
        var exit = await process.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((130, ""), (exit.Code, exit.Output));
        return Line(exit, "trying again") + "; code 130";
    }

    private static async Task<string> NoTlsAsync()
    {
        await using var scene = await OpenAsync(Ok);
        scene.Settings["provider"]!["test"]!["options"]!["baseURL"] = scene.Server.BaseUrl.Replace("http:", "https:", StringComparison.Ordinal);
        await using var process = scene.Start(["run", "hello"]);
        var exit = await process.WaitAsync();
        Assert.Equal((1, ""), (exit.Code, exit.Output));
        Assert.Empty(scene.Server.Prompts);
        return Line(exit, "No trusted connection") + "; code 1";
    }

    private static async Task<string> RefusedAsync(int status, string said)
    {
        await using var scene = await OpenAsync(Reply.Refuse(status, $$$"""{"error":{"message":"{{{said}}}"}}""", ("x-request-id", "req_7")), Ok);
        var exit = await scene.RunAsync("run", "hello");
        Assert.Equal((1, ""), (exit.Code, exit.Output));
        Assert.Single(scene.Server.Prompts);
        Assert.Contains(said, exit.Errors, StringComparison.Ordinal);
        return Line(exit, said) + "; code 1";
    }

    private static async Task<string> TriedAgainAsync(Reply first, Action<Scene>? prepare = null)
    {
        await using var scene = await OpenAsync(first, Ok);
        prepare?.Invoke(scene);
        var (exit, records) = await scene.RunJsonAsync("hello");
        Assert.True(exit.Code is 0, exit.Errors);
        Assert.Equal(2, scene.Server.Prompts.Count);
        Assert.Equal(["all is well"], records.Where(record => (string)record["type"]! == "text").Select(record => (string)record["part"]!["text"]!));
        return $"{scene.Server.Prompts.Count} requests, answered once; code 0";
    }

    private static async Task<string> AnswersAsync(Reply reply, Action<Scene>? prepare = null)
    {
        await using var scene = await OpenAsync(reply);
        prepare?.Invoke(scene);
        var exit = await scene.RunAsync("run", "hello");
        Assert.True(exit is { Code: 0, Output: "all is well\n" }, exit.Errors);
        Assert.Single(scene.Server.Prompts);
        return "1 request, answered; code 0";
    }

    private static async Task<string> EndsAsync(Reply reply, string says)
    {
        await using var scene = await OpenAsync(reply);
        var exit = await scene.RunAsync("run", "hello");
        Assert.Equal((1, ""), (exit.Code, exit.Output));
        Assert.Contains(says, exit.Errors, StringComparison.Ordinal);
        return Line(exit, says) + "; code 1";
    }

    private static async Task<string> WaitedAsync(string? seconds)
    {
        var value = seconds ?? DateTimeOffset.UtcNow.AddSeconds(3).ToString("R", CultureInfo.InvariantCulture);
        await using var scene = await OpenAsync(Reply.Refuse(429, "slow down", ("Retry-After", value)), Ok);
        var exit = await scene.RunAsync("run", "hello");
        Assert.True(exit is { Code: 0, Output: "all is well\n" }, exit.Errors);
        var waited = Stopwatch.GetElapsedTime(scene.Server.Prompts[0].AnsweredAt, scene.Server.Prompts[1].ArrivedAt);
        Assert.InRange(waited.TotalSeconds, 0.9, 10);
        return $"waited {(seconds is null ? "until the date" : "at least the time")}, answered; code 0";
    }

    private static async Task<string> TooLongAsync()
    {
        await using var scene = await OpenAsync(Reply.Refuse(429, "slow down", ("Retry-After", "86400")), Ok);
        var exit = await scene.RunAsync("run", "hello");
        Assert.Equal((1, ""), (exit.Code, exit.Output));
        Assert.Single(scene.Server.Prompts);
        return Line(exit, "wait") + "; code 1";
    }

    private static async Task<string> CallCutAsync(Func<int, Delivery> delivery)
    {
        var cuts = (int[])[1, 150, 300, 450, 600, 750, 900];
        foreach (var cut in cuts)
        {
            await using var scene = await OpenAsync(Append with { Delivery = delivery(cut), FragmentSize = 8 }, Append, Ok);
            var exit = await scene.RunAsync("run", "hello");
            Assert.True(exit is { Code: 0, Output: "all is well\n" }, $"cut after {cut}: {exit.Errors}");
            Assert.Equal("ran\n", scene.Project.Read("ran.txt"));
        }
        return $"cut at {cuts.Length} places: ran once each; code 0";
    }

    private static async Task<string> BadCallAsync(string tool, string arguments, string? finish)
    {
        await using var scene = await OpenAsync(new Reply { ToolCalls = [new ToolCall(tool, arguments)], Finish = finish, FragmentSize = 4096 }, Ok);
        var exit = await scene.RunAsync("run", "hello");
        Assert.False(File.Exists(scene.Project["ran.txt"]), "it ran");
        Assert.InRange(exit.Code, 0, 1);
        using var history = new History(scene.Database);
        Assert.Equal("ok", history.QuickCheck);
        Assert.DoesNotContain(history.CallStates, state => state is not "error");
        var last = scene.Server.Prompts[^1];
        var told = last.LastToolResult?.Text ?? last.Conversation.Last(said => said.Role == "user").Text;
        return $"{Short(told)}; code {exit.Code}";
    }

    private static async Task<string> OddCallAsync(Reply reply)
    {
        await using var scene = await OpenAsync(reply, Ok);
        var exit = await scene.RunAsync("run", "hello");
        Assert.True(exit is { Code: 0, Output: "all is well\n" }, exit.Errors);
        Assert.Equal("ran\n", scene.Project.Read("ran.txt"));
        return "ran once, answered; code 0";
    }

    private static async Task<string> TooLongForTheWindowAsync(int status, string body)
    {
        await using var scene = await OpenAsync(Reply.Refuse(status, body) with { Repeat = true });
        var exit = await scene.RunAsync("run", "hello");
        Assert.Equal((1, ""), (exit.Code, exit.Output));
        // The request, a shorter one, the checkpoint's writer, and the rebuilt window as often: then it is said.
        Assert.InRange(scene.Server.Prompts.Count, 1, 6);
        using var history = new History(scene.Database);
        Assert.Contains(history.Texts("SELECT data FROM message"), message => message.Contains("ContextOverflowError", StringComparison.Ordinal));
        return $"{scene.Server.Prompts.Count} request{(scene.Server.Prompts.Count is 1 ? "" : "s")}, ContextOverflowError; code 1";
    }

    private static async Task<string> EndlessAsync(Reply endless)
    {
        await using var scene = await OpenAsync(endless with { Repeat = true });
        var exit = await scene.RunAsync("run", "hello");
        Assert.Equal(3, exit.Code);
        Assert.InRange(scene.Server.Prompts.Count, 3, 5);
        return $"{scene.Server.Prompts.Count} requests; {Line(exit, "mimo:")}; code 3";
    }

    private static async Task<string> CirclesAsync(Func<int, Reply> reply, int requests)
    {
        await using var scene = await Scene.OpenAsync(new TempProject(("a.txt", "one\n")).WithGit(), request => reply(request.Number));
        var exit = await scene.RunAsync("run", "hello");
        Assert.Equal((3, requests), (exit.Code, scene.Server.Prompts.Count));
        return $"{requests} requests; {Line(exit, "mimo:")}; code 3";
    }

    private static async Task<string> RenewedOnceAsync()
    {
        await using var tokens = await TokenServer.StartAsync();
        await using var scene = await OpenWithTokenAsync(tokens);
        // Long enough for both to see that the token has ended.
        tokens.Delay = TimeSpan.FromMilliseconds(700);
        var exits = await Task.WhenAll(scene.RunAsync("run", "hello"), scene.RunAsync("run", "hello again"));
        Assert.All(exits, exit => Assert.True(exit is { Code: 0, Output: "all is well\n" }, exit.Errors));
        Assert.Equal(1, tokens.Asked);
        Assert.All(scene.Server.Prompts, request => Assert.Equal("Bearer access-1", request.Headers["Authorization"]));
        var stored = File.ReadAllText(Path.Combine(scene.Home, "data/auth.json"));
        Assert.Contains("refresh-1", stored, StringComparison.Ordinal);
        Assert.Contains("sk-other", stored, StringComparison.Ordinal);
        return "1 renewal, 2 answers, the other keys kept; code 0";
    }

    private static async Task<string> RenewedAtLastAsync()
    {
        await using var tokens = await TokenServer.StartAsync();
        await using var scene = await OpenWithTokenAsync(tokens);
        tokens.Faults.Enqueue((500, "down"));
        tokens.Faults.Enqueue((200, "<html>Log in</html>"));
        scene.Settings["retry"] = new JsonObject { ["server"] = new JsonObject { ["initialDelayMs"] = 50 } };
        var exit = await scene.RunAsync("run", "hello");
        Assert.True(exit is { Code: 0, Output: "all is well\n" }, exit.Errors);
        Assert.Equal(3, tokens.Asked);
        Assert.Contains("sk-other", File.ReadAllText(Path.Combine(scene.Home, "data/auth.json")), StringComparison.Ordinal);
        return Line(exit, "The old one is kept") + "; code 0";
    }

    private static async Task<string> NotRenewedAsync()
    {
        await using var tokens = await TokenServer.StartAsync();
        await using var scene = await OpenWithTokenAsync(tokens);
        tokens.Faults.Enqueue((400, """{"error":"invalid_grant"}"""));
        var (path, before) = (Path.Combine(scene.Home, "data/auth.json"), File.ReadAllText(Path.Combine(scene.Home, "data/auth.json")));
        var exit = await scene.RunAsync("run", "hello");
        Assert.Equal((1, "", 1), (exit.Code, exit.Output, tokens.Asked));
        Assert.Empty(scene.Server.Prompts);
        Assert.Equal(before, File.ReadAllText(path));
        return Line(exit, "mimo auth login test") + "; code 1";
    }

    private static async Task<Scene> OpenWithTokenAsync(TokenServer tokens)
    {
        var scene = await OpenAsync(Ok with { Repeat = true });
        scene.Settings["provider"]!["test"]!["options"]!.AsObject().Remove("apiKey");
        scene.Write("data/auth.json", $$$"""{"test": {{{tokens.Entry()}}}, "other": {"type":"api","key":"sk-other"}}""");
        return scene;
    }

    private static async Task<string> RedirectedAsync()
    {
        await using var other = await ModelServer.StartAsync(Ok with { Repeat = true });
        await using var scene = await OpenAsync(Reply.Refuse(307, "", ("Location", other.BaseUrl.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/chat/completions")) with { Repeat = true });
        var exit = await scene.RunAsync("run", "hello");
        Assert.DoesNotContain(other.Requests, request => request.Headers.Values.Any(value => value.Contains(Scene.Key, StringComparison.Ordinal)));
        return $"{other.Requests.Count} requests reached the other host, none with the key; code {exit.Code}";
    }

    private static async Task<string> PointedElsewhereAsync()
    {
        await using var elsewhere = await ModelServer.StartAsync(Ok with { Repeat = true });
        await using var scene = await OpenAsync();
        await using (var login = scene.Start(["auth", "login", "test"], keepInputOpen: true))
        {
            await login.WriteLineAsync("sk-stored-key");
            login.CloseInput();
            await login.WaitAsync();
        }
        scene.Settings["provider"]!["test"]!["options"]!.AsObject().Remove("apiKey");
        scene.Project.Write("mimocode.json", new JsonObject
        {
            ["provider"] = new JsonObject { ["test"] = new JsonObject { ["options"] = new JsonObject { ["baseURL"] = elsewhere.BaseUrl } } },
        }.ToJsonString());
        var exit = await scene.RunAsync("run", "hello");
        Assert.NotEqual(0, exit.Code);
        Assert.DoesNotContain(elsewhere.Requests, request => request.Headers.Values.Any(value => value.Contains("sk-stored-key", StringComparison.Ordinal)));
        return $"{Line(exit, "mimo:")}; code {exit.Code}";
    }

    private static string Line(Exit exit, string with) =>
        Short(exit.Errors.Split('\n').LastOrDefault(line => line.Contains(with, StringComparison.Ordinal)) ?? "(nothing)");

    /// <summary>One cell of a table: no ports, no bars, not too long.</summary>
    private static string Short(string text)
    {
        text = System.Text.RegularExpressions.Regex.Replace(text.ReplaceLineEndings(" "), @"127\.0\.0\.1:\d+", "127.0.0.1:PORT").Replace('|', '/');
        return "\"" + (text.Length > 160 ? text[..160] + "…" : text).Trim() + "\"";
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
