using System.CommandLine;
using MiMoCode.Engine;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo stats</c>: what the models were asked and what it cost.</summary>
internal static class StatsCommand
{
    public static Command Create(CliContext context)
    {
        var days = new Option<int?>("--days") { Description = "Only the last so many days; 0: since midnight." };
        var command = new Command("stats", "Show tokens and costs by purpose, model and day.") { days };
        command.SetAction((parsed, cancellationToken) => ShowAsync(context, parsed.GetValue(days), cancellationToken));
        return command;
    }

    private static async Task<int> ShowAsync(CliContext context, int? days, CancellationToken cancellationToken)
    {
        await using var workspace = await Workspace.OpenAsync(context.WorkspaceIn(context.Directory), cancellationToken);
        var since = Since(days, context.Clock);
        if (workspace.Usage(UsageGroup.Purpose, since).IsEmpty)
        {
            await context.Error.WriteLineAsync("No model was asked yet in this time.");
            return ExitCodes.Done;
        }

        foreach (var (title, group) in ((string, UsageGroup)[])[("Purpose", UsageGroup.Purpose), ("Model", UsageGroup.Model), ("Day", UsageGroup.Day)])
        {
            var sums = workspace.Usage(group, since);
            await context.Out.WriteLineAsync(UsageTable.Of(
                title, group is UsageGroup.Day ? sums.OrderByDescending(sum => sum.Group, StringComparer.Ordinal) : (IEnumerable<UsageSum>)sums));
        }

        foreach (var line in BudgetLines.Of(workspace.Config.Config.Budget))
            await context.Out.WriteLineAsync(line);
        return ExitCodes.Done;
    }

    private static DateTimeOffset? Since(int? days, TimeProvider clock) => days switch
    {
        null => null,
        0 => new DateTimeOffset(clock.GetLocalNow().Date, clock.GetLocalNow().Offset),
        _ => clock.GetUtcNow().AddDays(-days.Value),
    };
}
