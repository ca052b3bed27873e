using MiMoCode.Engine.Features.Output;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Features.Output;

public sealed class OutputLimitGateTests
{
    [Fact]
    public async Task A_reply_that_was_cut_before_it_acted_is_sent_back_twice_and_then_told()
    {
        var provider = new ScriptedProvider(Cut(), Cut(), Cut(), Say.Text("never"));
        await using var harness = await LoopHarness.StartAsync(provider, plugs: new LoopPlugs { StepGates = [new OutputLimitGate()] });

        var end = await harness.RunAsync("Write it all");

        Assert.Equal((StopReason.OutputLimit, 3), (end.Reason, provider.Requests.Count));
        Assert.Contains("smaller pieces", ((TextPart)provider.Requests.ElementAt(1).Messages[^1].Parts[0]).Text, StringComparison.Ordinal);
        Assert.Contains("3 times before they were whole", end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_takes_smaller_pieces_goes_on()
    {
        var provider = new ScriptedProvider(Cut(), Say.Text("Done."));
        await using var harness = await LoopHarness.StartAsync(provider, plugs: new LoopPlugs { StepGates = [new OutputLimitGate()] });

        Assert.Equal(StopReason.Done, (await harness.RunAsync("Write it all")).Reason);
    }

    [Fact]
    public async Task An_answer_that_lacks_its_end_is_told_to_the_person()
    {
        var provider = new ScriptedProvider(Cut(new TextDelta("It begins"), new PartEnded()), Say.Text("never"));
        await using var harness = await LoopHarness.StartAsync(provider, plugs: new LoopPlugs { StepGates = [new OutputLimitGate()] });

        var end = await harness.RunAsync("Tell me all");

        Assert.Equal((StopReason.OutputLimit, 1), (end.Reason, provider.Requests.Count));
        Assert.Contains("lacks its end", end.Text, StringComparison.Ordinal);
    }

    private static Func<ModelRequest, IEnumerable<ModelEvent>> Cut(params ModelEvent[] before) =>
        _ => [.. before, new Finished(StopReason.OutputLimit, TokenUsage.None, [])];
}
