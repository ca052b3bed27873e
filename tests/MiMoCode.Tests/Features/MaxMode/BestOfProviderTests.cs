using MiMoCode.Engine.Features.MaxMode;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Features.MaxMode;

public sealed class BestOfProviderTests
{
    [Fact]
    public async Task Picks_the_best_of_five_executes_it_once_and_bills_all()
    {
        var runs = new List<string>();
        var tool = new TestTool("fix", (input, _) =>
        {
            runs.Add(input.GetProperty("how").GetString()!);
            return Task.FromResult("fixed");
        });
        var inner = new Candidates(["guess", "guess", "right", "guess", "guess"]);
        await using var harness = await LoopHarness.StartAsync(Best(inner), [tool]);

        var end = await harness.RunAsync("Repair it");

        Assert.Equal(StopReason.Done, end.Reason);
        Assert.Equal(["right"], runs);
        var first = inner.Requests.Where(request => request.Messages.All(message => message.Info is UserMessage) && request.Purpose is Purpose.Candidate).ToList();
        Assert.Equal(5, first.Count);
        Assert.Equal(5, first.Select(request => LastText(request)).Distinct().Count());
        Assert.True(inner.InputTokens <= 5.5 * inner.PlainInputTokens, $"{inner.InputTokens} of {inner.PlainInputTokens}");
        Golden.Check("picks-the-best-of-five.txt", ConversationText.Of(harness.History, 100_000));
        var step = harness.History.Select(message => message.Info).OfType<AssistantMessage>().First();
        Assert.Equal(6 * 0.01m, step.Cost);
        Assert.Equal(Candidates.WindowTokens, step.Tokens.Input);
    }

    [Fact]
    public async Task All_candidates_share_the_whole_prefix()
    {
        var inner = new Candidates(["a", "b", "c", "d", "e"]);
        await using var harness = await LoopHarness.StartAsync(Best(inner), [new TestTool("fix", (_, _) => Task.FromResult("fixed"))]);

        await harness.RunAsync("Repair it");

        var first = inner.Requests.Where(request => request.Purpose is Purpose.Candidate).Take(5).ToList();
        Assert.All(first, request => Assert.Same(first[0].Messages[0], request.Messages[0]));
        Assert.All(first, request => Assert.Equal(first[0].System, request.System));
        Assert.All(first.Skip(1), request => Assert.Equal(first[0].Messages.Count + 1, request.Messages.Count));
    }

    [Theory]
    [InlineData("no idea", "one")]
    [InlineData("7", "one")]
    [InlineData("Candidate 2.", "two")]
    public async Task A_judge_that_names_none_leaves_the_first(string verdict, string expected)
    {
        var inner = new ScriptedProvider(Say.Text("one"), Say.Text("two"), Say.Text(verdict));
        var reply = await CollectedReply.CollectAsync(Best(inner, 2), Request(), null, CancellationToken.None);

        Assert.Equal(expected, reply.Text);
    }

    [Fact]
    public async Task One_that_is_left_needs_no_judge_and_none_leaves_the_failure()
    {
        var down = Say.Fail(new ProviderFailure(FailureKind.Server, "down"));
        var one = new ScriptedProvider(down, Say.Text("two"));
        var none = new ScriptedProvider(down, down);

        Assert.Equal("two", (await CollectedReply.CollectAsync(Best(one, 2), Request(), null, CancellationToken.None)).Text);
        Assert.Equal("down", (await CollectedReply.CollectAsync(Best(none, 2), Request(), null, CancellationToken.None)).End.Failure?.Message);
    }

    [Fact]
    public async Task The_judge_sees_the_conversation_and_every_candidate()
    {
        var inner = new ScriptedProvider(Say.Text("one"), Say.Call(("bash", """{"command":"ls"}""")), Say.Text("1"));
        await CollectedReply.CollectAsync(Best(inner, 2), Request(), null, CancellationToken.None);

        var asked = inner.Requests.Last();
        Assert.Equal(Purpose.Judge, asked.Purpose);
        var text = ((TextPart)Assert.Single(asked.Messages).Parts[0]).Text;
        Assert.Contains("Repair it", text, StringComparison.Ordinal);
        Assert.Contains("""[call] bash {"command":"ls"}""", text, StringComparison.Ordinal);
    }

    private static BestOfProvider Best(IProvider inner, int candidates = 5) => new(inner, candidates, new Assets(), TimeProvider.System);

    private static ModelRequest Request()
    {
        var model = new Model("test", "scripted");
        return new ModelRequest
        {
            Model = model, System = "s", Tools = [], SessionId = "ses_test",
            Messages = [UserMessages.Create("ses_test", "build", model.Ref, "Repair it", synthetic: false, TimeProvider.System)],
        };
    }

    private static string LastText(ModelRequest request) => request.Messages[^1].Parts.OfType<TextPart>().First().Text;

    /// <summary>Candidates of different quality for a window of a known size; once the tool has run, they all say that it is done.</summary>
    private sealed class Candidates(string[] ways) : IProvider
    {
        public const int WindowTokens = 10_000;
        private readonly Lock gate = new();
        private int asked;

        public List<ModelRequest> Requests { get; } = [];

        /// <summary>Input tokens of the first step with all its candidates and the judge.</summary>
        public long InputTokens { get; private set; }

        public long PlainInputTokens => WindowTokens;

        public async IAsyncEnumerable<ModelEvent> StreamAsync(
            ModelRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            int number;
            lock (gate)
            {
                Requests.Add(request);
                number = request.Purpose is Purpose.Candidate ? asked++ : 0;
            }

            // A judge reads the conversation as text: here a tenth of the window, as most of a window is tools and instructions.
            var input = request.Purpose is Purpose.Judge ? WindowTokens / 10 : WindowTokens;
            var isFirst = !request.Messages.Any(message => message.Info is AssistantMessage);
            if (isFirst)
            {
                lock (gate)
                    InputTokens += input;
            }

            var usage = new TokenUsage(input, 10, 0, new CacheTokens(0, 0));
            var billed = new Billed(request.Purpose, request.Model.Ref, usage, 0.01m);
            if (request.Purpose is Purpose.Judge)
                yield return new TextDelta(Best(LastText(request)));
            else if (isFirst)
                yield return new ToolCalled("call_1", "fix", System.Text.Json.JsonDocument.Parse($$"""{"how":"{{ways[number]}}"}""").RootElement);
            else
                yield return new TextDelta("Repaired.");
            yield return new Finished(isFirst && request.Purpose is Purpose.Candidate ? StopReason.ToolCalls : StopReason.Done, usage, [billed]);
        }

        /// <summary>The candidates are asked at the same time, so that the right one may stand anywhere.</summary>
        private static string Best(string question)
        {
            var blocks = question.Split("<candidate number=\"")[1..];
            return (blocks.FirstOrDefault(block => block.Contains("right", StringComparison.Ordinal)) ?? blocks[0]).Split('"')[0];
        }
    }
}
