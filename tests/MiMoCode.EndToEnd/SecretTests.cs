using System.Text;
using System.Text.Json.Nodes;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>Keys stay where their owner put them, also when whoever they were sent to repeats them.</summary>
public sealed class SecretTests
{
    private const string Header = "header-canary-2301", Variable = "variable-canary-7702", Stored = "stored-canary-5503", Url = "url-canary-9904";
    private static readonly string[] Canaries = [Scene.Key, Header, Variable, Stored, Url];

    [Fact]
    public async Task A_key_that_is_sent_back_in_an_error_is_written_nowhere()
    {
        var said = $"{{\"error\":{{\"message\":\"Incorrect API key provided: {Scene.Key}, with {Header} at {Url}\",\"type\":\"invalid_request_error\",\"raw\":\"Authorization: Bearer {Scene.Key}\"}}}}";
        await using var scene = await Scene.OpenAsync(new TempProject(("a.txt", "one\n")).WithGit(), _ => Reply.Refuse(401, said, ("X-Echo", Scene.Key)));
        await FailAsync(scene);
    }

    [Fact]
    public async Task A_key_that_is_sent_back_in_the_middle_of_a_reply_is_written_nowhere()
    {
        await using var scene = await Scene.OpenAsync(new TempProject(("a.txt", "one\n")).WithGit(), _ => Reply.Say("one two three") with { FragmentSize = 3, Delivery = new ErrorInStream(2, "invalid_request_error", $"the key {Scene.Key} and {Header} are not allowed") });
        await FailAsync(scene);
    }

    private static async Task FailAsync(Scene scene)
    {
        var options = scene.Settings["provider"]!["test"]!["options"]!.AsObject();
        options["headers"] = new JsonObject { ["X-Team"] = Header };
        options["baseURL"] = scene.Server.BaseUrl.Replace("http://", $"http://me:{Url}@", StringComparison.Ordinal);
        scene.Environment["OPENAI_API_KEY"] = Variable;
        scene.Write("data/auth.json", $$$"""{"anthropic":{"type":"api","key":"{{{Stored}}}"} }""");

        var (exit, records) = await scene.RunJsonAsync("--log-level", "DEBUG", "--print-logs", "Hello.");
        Assert.NotEqual(0, exit.Code);
        var session = records[^1]["sessionID"]!.GetValue<string>();
        Exit[] ends =
        [
            exit,
            await scene.RunAsync("run", "--session", session, "Again."),
            await scene.RunAsync("export", session),
            await scene.RunAsync("config"),
            await scene.RunAsync("auth", "list"),
        ];
        foreach (var canary in Canaries)
        {
            Assert.All(ends, end => Assert.DoesNotContain(canary, end.Output + end.Errors, StringComparison.Ordinal));
            foreach (var file in Directory.EnumerateFiles(scene.Home, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("mimocode.json", StringComparison.Ordinal) && !file.EndsWith("auth.json", StringComparison.Ordinal)))
                Assert.True((await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(canary)) < 0, $"{canary} is in {file}");
        }

        Assert.NotEmpty(Directory.GetFiles(Path.Combine(scene.Home, "data", "log")));
    }
}
