using System.CommandLine;
using System.Globalization;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo permission</c>: what was allowed for good in this project, and what would become of a command.</summary>
internal static class PermissionCommand
{
    public static Command Create(CliContext context)
    {
        var list = new Command("list", "List what was allowed for good in this project.");
        list.SetAction((_, cancellationToken) => ListAsync(context, cancellationToken));

        var id = new Argument<long>("id") { Description = "The number that list shows." };
        var revoke = new Command("revoke", "Take back what was allowed.") { id };
        revoke.SetAction((parsed, cancellationToken) => RevokeAsync(context, parsed.GetValue(id), cancellationToken));

        var agent = new Option<string>("--agent") { Description = "The agent that would run it.", DefaultValueFactory = _ => "build" };
        var command = new Argument<string>("command") { Description = "A command line, as one argument." };
        var check = new Command("check", "Say whether a command would be allowed, asked about or denied, and why. Runs nothing.") { agent, command };
        check.SetAction((parsed, cancellationToken) =>
            CheckAsync(context, parsed.GetValue(agent)!, parsed.GetValue(command)!, cancellationToken));
        return new Command("permission", "Look at what the agent may do.") { list, revoke, check };
    }

    private static async Task<int> ListAsync(CliContext context, CancellationToken cancellationToken)
    {
        await using var book = await OpenAsync(context, cancellationToken);
        foreach (var grant in book.Standing)
        {
            var time = grant.Time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            await context.Out.WriteLineAsync($"{grant.Id}  {time}  {grant.Rule.Permission}  {grant.Rule.Pattern}");
        }

        return ExitCodes.Done;
    }

    private static async Task<int> RevokeAsync(CliContext context, long id, CancellationToken cancellationToken)
    {
        await using var book = await OpenAsync(context, cancellationToken);
        return await book.RevokeAsync(id, cancellationToken)
            ? ExitCodes.Done
            : throw UserException.NotFound("grant", id.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<int> CheckAsync(CliContext context, string agent, string command, CancellationToken cancellationToken)
    {
        var project = ProjectFolders.Of(context.Directory);
        var loaded = context.LoadConfig();
        var agents = new AgentCatalogue(loaded, context.Environment, context.Folders, project);
        agents.Get(agent);

        await using var book = await OpenAsync(context, cancellationToken);
        var rules = AgentPermissions.Sources(loaded, agents, context.Folders).For(agent, [], book.Standing.Select(grant => grant.Rule));
        var judge = new AccessJudge(rules, project.Root);
        var judged = CommandAccesses.Of(command, project.Folder, context.Folders.Home, show: null).SelectMany(judge.Judge).ToList();
        var worst = judged.Max(access => access.Ruling.Action);

        await context.Out.WriteLineAsync(worst switch
        {
            PermissionAction.Allow => "allow",
            PermissionAction.Ask => "ask",
            _ => "deny",
        });
        foreach (var access in judged.Where(access => access.Ruling.Action == worst).DistinctBy(access => (access.Permission, access.Pattern)))
            await context.Out.WriteLineAsync($"  {access.Permission} on {access.Pattern}: {access.Ruling.Because}");
        return ExitCodes.Done;
    }

    private static Task<GrantBook> OpenAsync(CliContext context, CancellationToken cancellationToken) =>
        GrantBook.OpenAsync(context.Folders.Database, ProjectFolders.Of(context.Directory).Root, context.Clock, cancellationToken);
}
