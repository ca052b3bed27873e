using System.Text.Json.Nodes;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>Max Mode: several replies are proposed, the best one is carried out, once.</summary>
public sealed class MaxModeTests
{
    private static readonly string[] Ways = ["mkdir guess1", "mkdir guess2", "mkdir right", "mkdir guess3", "mkdir guess4"];

    [Theory]
    [InlineData("repair it")]
    [InlineData("repair it, and mind these eighty thousand characters: ", 8_000)]
    public async Task The_best_of_five_is_carried_out_once_and_all_are_billed(string prompt, int more = 0)
    {
        prompt += string.Concat(Enumerable.Range(0, more).Select(number => $"{number:000000000} "));
        var model = new Prefixes(await PlainTokensAsync(prompt));
        await using var scene = await Scene.OpenAsync(Project(), model.Answer);
        scene.Settings["experimental"] = new JsonObject { ["maxMode"] = true };

        var exit = await scene.RunAsync("run", prompt);

        Assert.Equal((0, "Repaired.\n"), (exit.Code, exit.Output));
        Assert.Equal(["right"], Directory.EnumerateDirectories(scene.Project.Root).Select(Path.GetFileName).Where(name => name is not ".git"));
        Assert.Equal(12, scene.Server.Prompts.Count);
        Assert.True(model.Input <= 5.5 * model.Plain, $"{model.Input} prompt tokens where {model.Plain} are plain: {(double)model.Input / model.Plain:0.00} times");
        var (extra, cachedExtra) = (model.Input - model.Plain, model.Cached - model.PlainCached);
        Assert.True(cachedExtra >= 0.8 * extra, $"{cachedExtra} of {extra} more tokens are cached: {100.0 * cachedExtra / extra:0} %");
        using var history = new History(scene.Database);
        Assert.Equal(["completed"], history.CallStates);
        Assert.Equal(["12"], history.Texts("SELECT count(*) FROM usage"));
        Assert.Equal([model.Input.ToString()], history.Texts("SELECT sum(input + cache_read + cache_write) FROM usage"));
    }

    /// <summary>The same job without Max Mode: what the comparison is made with.</summary>
    private static async Task<Prefixes> PlainTokensAsync(string prompt)
    {
        var model = new Prefixes(null);
        await using var scene = await Scene.OpenAsync(Project(), model.Answer);
        var exit = await scene.RunAsync("run", prompt);
        Assert.True(exit.Code is 0, exit.Errors);
        return model;
    }

    private static TempProject Project() => new TempProject(("a.txt", "one\n")).WithGit();

    /// <summary>A model that counts what its cache would: four characters a token, and the longest beginning it has read before.</summary>
    private sealed class Prefixes(Prefixes? plain)
    {
        private readonly Lock _gate = new();
        private readonly List<string> _read = [];
        private int _asked;

        public long Input { get; private set; }

        public long Cached { get; private set; }

        public long Plain => plain?.Input ?? 0;

        public long PlainCached => plain?.Cached ?? 0;

        public Reply Answer(ReceivedRequest request)
        {
            lock (_gate)
            {
                var usage = Count(request);
                var said = request.Conversation;
                var text = said[^1].Text;
                if (text.Contains("<candidate number=", StringComparison.Ordinal)) { return Reply.Say(Best(text)) with { Usage = usage }; }
                return (said.Any(each => each.Role is "tool") ? Reply.Say("Repaired.")
                    : Reply.Call("bash", new { command = plain is null ? Ways[2] : Ways[_asked++], description = "Repairs" })) with { Usage = usage };
            }
        }

        private Usage Count(ReceivedRequest request)
        {
            var json = request.Json;
            var text = (json.TryGetProperty("tools", out var tools) ? tools.GetRawText() : "") + json.GetProperty("messages").GetRawText();
            var same = _read.Select(before => before.Zip(text).TakeWhile(pair => pair.First == pair.Second).Count()).DefaultIfEmpty(0).Max();
            _read.Add(text);
            var usage = new Usage(Input: text.Length / 4, Cached: same / 4);
            (Input, Cached) = (Input + usage.Input, Cached + usage.Cached);
            return usage;
        }

        private static string Best(string question)
        {
            var blocks = question.Split("<candidate number=\"")[1..];
            return (blocks.FirstOrDefault(block => block.Contains("right", StringComparison.Ordinal)) ?? blocks[0]).Split('"')[0];
        }
    }
}
