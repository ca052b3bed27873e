using MiMoCode.Engine.Features.Budgets;
using MiMoCode.Engine.Features.Goals;
using MiMoCode.Engine.Features.Jobs;
using MiMoCode.Engine.Features.Output;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Features.Tasks;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Configuration;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Features;

/// <summary>What nobody uses costs nothing in the middle of a turn.</summary>
public sealed class UnusedFeatureTests
{
    private const int Times = 2_000;

    public static TheoryData<string> Names => [.. Gates.Keys];

    // What a gate is made of is left out: it would not survive touching any of it.
    private static Dictionary<string, Func<IStepGate>> Gates { get; } = new()
    {
        ["goals"] = () => new GoalGate(null!, null!, null!),
        ["tasks"] = () => new TaskGate(null!, null!, null!, null!),
        ["subagents"] = () => new BackgroundRunsGate(null!),
        ["jobs"] = () => new JobsGate(null!, default, null!),
        ["budgets"] = () => new BudgetGate(new BudgetBook(new BudgetConfig(), null!, null!, null!, TimeProvider.System), null!),
        ["steps"] = () => new StepLimit(),
        ["form of the answer"] = () => new OutputLimitGate(),
        ["questions"] = () => new NobodyToAsk(),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Touches_nothing_and_makes_nothing_after_a_step(string name)
    {
        var gate = Gates[name]();
        var step = await MiddleAsync();

        // The first calls may make code and not only run it.
        Assert.Equal(0, Enumerable.Range(0, 3).Min(_ => Measure(gate, step)));
    }

    /// <summary>Bytes that were made by many calls.</summary>
    private static long Measure(IStepGate gate, Step step)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Times; i++)
        {
            var verdict = gate.AfterStepAsync(step, CancellationToken.None);
            if (!verdict.IsCompletedSuccessfully || verdict.GetAwaiter().GetResult() is not Pass)
                throw new InvalidOperationException("The gate did something.");
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>A step after which the agent goes on.</summary>
    private static async Task<Step> MiddleAsync()
    {
        var seen = new Seen();
        await using var loop = await LoopHarness.StartAsync(
            new ScriptedProvider(Say.Call(("look", "{}")), Say.Text("Done.")), [new TestTool("look", (_, _) => Task.FromResult("a"))], new LoopPlugs { StepGates = [seen] });
        await loop.RunAsync("look");
        return seen.First!;
    }

    private sealed class Seen : IStepGate
    {
        public Step? First { get; private set; }

        public ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken)
        {
            First ??= step;
            return new(Pass.Instance);
        }
    }
}
