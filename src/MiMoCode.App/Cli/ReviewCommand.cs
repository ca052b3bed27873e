using System.CommandLine;
using MiMoCode.Engine;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo memory review</c>: what was found to recur, and whether it becomes a skill, command, agent or document. Nothing does without this.</summary>
internal static class ReviewCommand
{
    public static Command Create(CliContext context)
    {
        var name = new Argument<string>("name") { Description = "The proposal, as review lists it." };
        var accept = new Command("accept", "Make it a part of this project: a skill, command, agent or document.") { name };
        accept.SetAction((parsed, cancellationToken) => WithAsync(
            context, workspace => context.Out.WriteLineAsync(workspace.Upkeep.Proposals.Accept(parsed.GetValue(name)!)), cancellationToken));
        var decline = new Command("decline", "Put it aside for good.") { name };
        decline.SetAction((parsed, cancellationToken) => WithAsync(context, workspace =>
        {
            workspace.Upkeep.Proposals.Decline(parsed.GetValue(name)!);
            return Task.CompletedTask;
        }, cancellationToken));

        var review = new Command("review", "Show what is proposed and waits for you.") { accept, decline };
        review.SetAction((_, cancellationToken) => WithAsync(context, workspace => ShowAsync(context, workspace), cancellationToken));
        return review;
    }

    private static async Task ShowAsync(CliContext context, Workspace workspace)
    {
        var waiting = workspace.Upkeep.Proposals.List();
        foreach (var proposal in waiting)
            await context.Out.WriteLineAsync($"{proposal.Name}  {proposal.Form.Name}  {proposal.Path}\n\n{proposal.Text.TrimEnd()}\n");
        await context.Error.WriteLineAsync(waiting.IsEmpty
            ? "mimo: nothing waits to be accepted"
            : "mimo: mimo memory review accept NAME makes it a part of this project, decline NAME puts it aside");
    }

    private static async Task<int> WithAsync(CliContext context, Func<Workspace, Task> act, CancellationToken cancellationToken)
    {
        await using var workspace = await Workspace.OpenAsync(context.WorkspaceIn(context.Directory), cancellationToken);
        await act(workspace);
        return ExitCodes.Done;
    }
}
