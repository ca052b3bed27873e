using System.Text.Json;
using MiMoCode.Engine.Features.Output;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Features.Output;

public sealed class OutputGateTests
{
    private static readonly JsonSchemaFormat Wanted = new(JsonDocument.Parse("""{"type":"object","required":["files"],"properties":{"files":{"type":"integer"}}}""").RootElement);

    [Fact]
    public async Task An_answer_that_fits_is_kept_as_a_value()
    {
        var provider = new ScriptedProvider(Say.Text("""{"files":3}"""));
        await using var harness = await StartAsync(provider);

        var end = await harness.RunAsync("How many files?", Wanted);

        Assert.Equal(StopReason.Done, end.Reason);
        Assert.Equal(3, ((AssistantMessage)end.Reply!.Info).Structured!.Value.GetProperty("files").GetInt32());
        Assert.Contains(Wanted.Schema.GetRawText(), Assert.IsType<TextPart>(provider.Requests.Single().Messages[^1].Parts[^1]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_fails_is_told_why_and_may_try_again()
    {
        var provider = new ScriptedProvider(Say.Text("Three."), Say.Text("""{"files":"3"}"""), Say.Text("""{"files":3}"""));
        await using var harness = await StartAsync(provider);

        var end = await harness.RunAsync("How many files?", Wanted);

        Assert.Equal(StopReason.Done, end.Reason);
        var told = provider.Requests.Select(request => ((TextPart)request.Messages[^1].Parts[0]).Text).ToList();
        Assert.Contains("- it is not JSON", told[1], StringComparison.Ordinal);
        Assert.Contains("- $.files must be integer, but is string", told[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_never_fits_ends_the_turn_with_an_error()
    {
        var provider = new ScriptedProvider(Say.Text("Three."), Say.Text("Three!"), Say.Text("Still three."), Say.Text("never"));
        await using var harness = await StartAsync(provider);

        var end = await harness.RunAsync("How many files?", Wanted);

        Assert.Equal(StopReason.Failed, end.Reason);
        Assert.Equal(3, provider.Requests.Count);
        Assert.StartsWith("The answer does not fit its schema after 3 tries: it is not JSON", end.Text, StringComparison.Ordinal);
        Assert.Equal(MessageError.StructuredOutput, ((AssistantMessage)end.Reply!.Info).Error?.Name);
    }

    [Fact]
    public async Task Each_prompt_has_its_own_tries_and_its_own_form()
    {
        var provider = new ScriptedProvider(
            Say.Text("Three."), Say.Text("""{"files":3}"""), Say.Text("Four."), Say.Text("""{"files":4}"""), Say.Text("In words: five."));
        await using var harness = await StartAsync(provider);

        Assert.Equal(StopReason.Done, (await harness.RunAsync("How many?", Wanted with { RetryCount = 1 })).Reason);
        Assert.Equal(StopReason.Done, (await harness.RunAsync("And now?", Wanted with { RetryCount = 1 })).Reason);
        Assert.Equal(StopReason.Done, (await harness.RunAsync("Say it in words", null)).Reason);
    }

    private static Task<LoopHarness> StartAsync(ScriptedProvider provider) => LoopHarness.StartAsync(
        provider, plugs: new LoopPlugs { Context = [new OutputFormatSource(new Assets())], Gates = harness => [new OutputGate(harness.Log)] });
}
