using System.Text.Json;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Budgets;

/// <summary>Ends a call when the time of its step, turn, session or goal is used up, however long it would have gone on.</summary>
internal sealed class BudgetedTool(ITool inner, BudgetBook book, TimeProvider clock) : ITool
{
    public ToolDefinition Definition => inner.Definition;

    public async ValueTask<ToolPlan> PlanAsync(JsonElement input, ToolContext context, CancellationToken cancellationToken)
    {
        var plan = await inner.PlanAsync(input, context, cancellationToken);
        return plan with { RunAsync = stopping => RunAsync(plan, context, stopping) };
    }

    private async Task<ToolResult> RunAsync(ToolPlan plan, ToolContext context, CancellationToken cancellationToken)
    {
        using var limit = book.Deadline(context.Session.RootId, clock.GetUtcNow() - context.Session.History[^1].Info.Time.Created);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await plan.RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ToolException("Stopped before it ended: the time that may be spent is used up.");
        }
    }
}
