using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Guard.Permissions;

/// <summary>A run that a refusal stopped says so.</summary>
public sealed class NobodyToAskTests
{
    [Fact]
    public async Task A_turn_that_ends_after_a_refusal_needs_a_person()
    {
        var end = await RunAsync($"Refused: bash_delete on rm x (it deletes): {Asker.Nobody}.", Say.Call(("gone", "{}")), Say.Text("I could not."));

        Assert.Equal(StopReason.NeedsPerson, end.Reason);
        Assert.Equal($"A person is needed. Refused: bash_delete on rm x (it deletes): {Asker.Nobody}.", end.Text);
    }

    [Fact]
    public async Task A_model_that_found_another_way_is_done()
    {
        var end = await RunAsync(
            $"Refused: bash_delete on rm x (it deletes): {Asker.Nobody}.", Say.Call(("gone", "{}")), Say.Call(("fine", "{}")), Say.Text("Done otherwise."));

        Assert.Equal(StopReason.Done, end.Reason);
    }

    [Fact]
    public async Task What_a_rule_denies_needs_nobody()
    {
        var end = await RunAsync("Denied: edit on a.txt: a rule says so.", Say.Call(("gone", "{}")), Say.Text("I could not."));

        Assert.Equal(StopReason.Done, end.Reason);
    }

    private static async Task<TurnEnd> RunAsync(string refusal, params Func<ModelRequest, IEnumerable<ModelEvent>>[] script)
    {
        TestTool[] tools = [new("gone", (_, _) => Task.FromResult("")), new("fine", (_, _) => Task.FromResult("ok"))];
        var plugs = new LoopPlugs { ToolGates = [new Refuses("gone", refusal)], StepGates = [new NobodyToAsk()] };
        await using var harness = await LoopHarness.StartAsync(new ScriptedProvider(script), tools, plugs);
        return await harness.RunAsync("go");
    }

    private sealed class Refuses(string tool, string text) : IToolGate
    {
        public ValueTask<string?> DenyAsync(Session session, ToolPart call, ToolPlan plan, CancellationToken cancellationToken) =>
            new(call.Tool == tool ? text : null);
    }
}
