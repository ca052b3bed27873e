using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MiMoCode.Engine;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo session</c>: the sessions of this project.</summary>
internal static class SessionCommand
{
    public static Command Create(CliContext context)
    {
        var count = new Option<int?>("--max-count", "-n") { Description = "Only the newest so many." };
        var format = new Option<string>("--format") { Description = "table for people, json for programs.", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "json");
        var list = new Command("list", "List the sessions of this project, the newest first.") { count, format };
        list.Aliases.Add("ls");
        list.SetAction((parsed, cancellationToken) =>
            ListAsync(context, parsed.GetValue(count), parsed.GetValue(format) is "json", cancellationToken));

        var id = new Argument<string>("id") { Description = "The session's id, ses_…" };
        var delete = new Command("delete", "Delete a session with all that belongs to it.") { id };
        delete.SetAction((parsed, cancellationToken) => DeleteAsync(context, parsed.GetValue(id)!, cancellationToken));
        return new Command("session", "List, show, rename and delete sessions.") { list, SessionShowCommand.Create(context), Rename(context), delete };
    }

    private static Command Rename(CliContext context)
    {
        var id = new Argument<string>("id") { Description = "The session's id, ses_…" };
        var title = new Argument<string[]>("title") { Description = "What it is to be called.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("rename", "Give a session another title.") { id, title };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var workspace = await Workspace.OpenAsync(context.WorkspaceIn(context.Directory), cancellationToken);
            var renamed = await workspace.Sessions.UpdateAsync(
                parsed.GetValue(id)!, new UpdateSession(Title: string.Join(' ', parsed.GetValue(title)!)), cancellationToken);
            await context.Out.WriteLineAsync($"{renamed.Id}  {renamed.Title}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<int> ListAsync(CliContext context, int? count, bool json, CancellationToken cancellationToken)
    {
        await using var workspace = await Workspace.OpenAsync(context.WorkspaceIn(context.Directory), cancellationToken);
        var sessions = await workspace.Sessions.ListAsync(new SessionQuery(Roots: true, Limit: count), cancellationToken);
        if (json)
        {
            await context.Out.WriteLineAsync(Json(sessions));
            return ExitCodes.Done;
        }

        if (sessions.IsEmpty)
            return ExitCodes.Done;
        var columns = new Columns("Session ID", "Title", "Updated");
        foreach (var session in sessions)
            columns.Add(session.Id, session.Title, When(session.Time.Updated, context.Clock));
        await context.Out.WriteAsync(columns.ToString());
        return ExitCodes.Done;
    }

    private static async Task<int> DeleteAsync(CliContext context, string id, CancellationToken cancellationToken)
    {
        await using var workspace = await Workspace.OpenAsync(context.WorkspaceIn(context.Directory), cancellationToken);
        await workspace.Sessions.DeleteAsync(id, cancellationToken);
        await context.Error.WriteLineAsync($"Deleted session {id}.");
        return ExitCodes.Done;
    }

    private static string When(DateTimeOffset time, TimeProvider clock)
    {
        var local = TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone);
        return local.ToString(local.Date == clock.GetLocalNow().Date ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    private static string Json(IEnumerable<SessionInfo> sessions)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartArray();
            foreach (var session in sessions)
            {
                writer.WriteStartObject();
                writer.WriteString("id", session.Id);
                writer.WriteString("title", session.Title);
                writer.WriteNumber("updated", session.Time.Updated.ToUnixTimeMilliseconds());
                writer.WriteNumber("created", session.Time.Created.ToUnixTimeMilliseconds());
                writer.WriteString("projectId", session.ProjectId);
                writer.WriteString("directory", session.Directory);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
