using MiMoCode.Engine.Features.Repetition;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Features.Repetition;

public sealed class RepetitionGateTests
{
    [Fact]
    public async Task The_same_call_with_the_same_result_is_told_twice_and_then_paused()
    {
        var provider = new ScriptedProvider([.. Enumerable.Repeat(Say.Call(("look", """{"at":"a"}""")), 9)]);
        await using var harness = await StartAsync(provider, _ => "nothing");

        var end = await harness.RunAsync("Go");

        Assert.Equal(StopReason.NeedsPerson, end.Reason);
        Assert.Equal(5, provider.Requests.Count);
        Assert.Contains("look was called 3 times in a row with the same input and the same result", end.Text, StringComparison.Ordinal);
        Assert.Contains("go another way", ((TextPart)provider.Requests.ElementAt(3).Messages[^1].Parts[0]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_calls_in_turn_are_noticed()
    {
        var provider = new ScriptedProvider([.. Enumerable.Range(0, 20).Select(number => Say.Call(("look", number % 2 is 0 ? """{"at":"a"}""" : """{"at":"b"}""")))]);
        await using var harness = await StartAsync(provider, _ => "nothing");

        var end = await harness.RunAsync("Go");

        Assert.Equal((StopReason.NeedsPerson, 8), (end.Reason, provider.Requests.Count));
        Assert.Contains("the same 2 steps came 3 times in turn", end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_call_with_another_result_is_progress()
    {
        var count = 0;
        var provider = new ScriptedProvider([.. Enumerable.Repeat(Say.Call(("look", "{}")), 12), Say.Text("Done.")]);
        await using var harness = await StartAsync(provider, _ => $"{count++} are ready");

        Assert.Equal(StopReason.Done, (await harness.RunAsync("Go")).Reason);
    }

    [Fact]
    public async Task Endless_replies_and_repeated_calls_draw_on_one_budget()
    {
        var endless = Say.Fail(new ProviderFailure(FailureKind.Repetition, "The model repeated itself without end and was stopped: 'x'"));
        var call = Say.Call(("look", "{}"));
        var provider = new ScriptedProvider(endless, call, call, call, endless, Say.Text("never"));
        await using var harness = await StartAsync(provider, _ => "nothing");

        var end = await harness.RunAsync("Go");

        Assert.Equal((StopReason.NeedsPerson, 5), (end.Reason, provider.Requests.Count));
        Assert.Contains("repeated the same words without end", end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_finds_its_way_is_left_alone()
    {
        var look = Say.Call(("look", "{}"));
        var provider = new ScriptedProvider(look, look, look, Say.Text("It is not there."));
        await using var harness = await StartAsync(provider, _ => "nothing");

        Assert.Equal(StopReason.Done, (await harness.RunAsync("Go")).Reason);
    }

    private static Task<LoopHarness> StartAsync(ScriptedProvider provider, Func<string, string> look) => LoopHarness.StartAsync(
        provider, [new TestTool("look", (input, _) => Task.FromResult(look(input.GetRawText())))], new LoopPlugs { StepGates = [new RepetitionGate()] });
}
