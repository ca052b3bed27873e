using System.CommandLine;
using MiMoCode.Engine;
using MiMoCode.Engine.Features.Goals;
using MiMoCode.Protocol;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo goal</c>: what a session works towards, judged by someone who took no part.</summary>
internal static class GoalCommand
{
    public static Command Create(CliContext context)
    {
        var session = new Option<string?>("--session", "-s") { Description = "The session; the last one of this folder when left out." };
        var condition = new Argument<string>("condition") { Description = "What is to be true in the end. What stands between backticks is run, and has to succeed." };
        var cost = new Option<decimal?>("--max-cost") { Description = "Dollars to spend on it at the most." };
        var minutes = new Option<int?>("--max-minutes") { Description = "Minutes to work on it at the most." };
        var set = new Command("set", "Set the goal; the next turn works until it is met.") { condition, session, cost, minutes };
        set.SetAction((parsed, cancellationToken) => InSessionAsync(context, parsed.GetValue(session), async (workspace, id) =>
        {
            await workspace.Goals.SetAsync(id, parsed.GetValue(condition)!, parsed.GetValue(cost), parsed.GetValue(minutes), cancellationToken);
            await context.Error.WriteLineAsync($"mimo: the goal is set; mimo run -s {id} \"go on\" works on it");
        }, cancellationToken));

        var show = new Command("show", "Show the goal and what the judge said last.") { session };
        show.SetAction((parsed, cancellationToken) => InSessionAsync(
            context, parsed.GetValue(session), (workspace, id) => ShowAsync(context, workspace.Goals.Find(id)), cancellationToken));

        var clear = new Command("clear", "Take the goal back.") { session };
        clear.SetAction((parsed, cancellationToken) => InSessionAsync(
            context, parsed.GetValue(session), (workspace, id) => workspace.Goals.ClearAsync(id, cancellationToken), cancellationToken));
        return new Command("goal", "Set what a session works towards, and see how far it is.") { set, show, clear };
    }

    private static async Task ShowAsync(CliContext context, Goal? goal)
    {
        if (goal is null)
        {
            await context.Out.WriteLineAsync("No goal is set.");
            return;
        }

        await context.Out.WriteLineAsync($"{goal.State.ToString().ToLowerInvariant()}  {goal.Condition}");
        if (goal.Reason is not null)
            await context.Out.WriteLineAsync(goal.Round > 0 ? $"  round {goal.Round} of {GoalGate.MostRounds}: {goal.Reason}" : $"  {goal.Reason}");
    }

    private static async Task<int> InSessionAsync(
        CliContext context, string? named, Func<Workspace, string, Task> act, CancellationToken cancellationToken)
    {
        await using var workspace = await Workspace.OpenAsync(context.WorkspaceIn(context.Directory), cancellationToken);
        var session = named is not null
            ? await workspace.Sessions.GetAsync(named, cancellationToken)
            : workspace.LastSession() ?? throw new UserException("There is no session in this folder yet. mimo run --goal begins one.");
        await act(workspace, session.Id);
        return ExitCodes.Done;
    }
}
