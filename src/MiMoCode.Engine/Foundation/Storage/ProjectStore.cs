using System.Collections.Immutable;
using System.Text;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>The projects that were worked in.</summary>
internal sealed class ProjectStore(Database database)
{
    /// <summary>Notes that a project is worked in; its name and first time stay as they were.</summary>
    public Task TouchAsync(string id, string worktree, string? vcs, CancellationToken cancellationToken)
    {
        var now = database.Clock.GetUtcNow();
        return database.WriteAsync(
            connection => connection.Run(
                """
                INSERT INTO project (id, worktree, vcs, time_created, time_updated) VALUES (?1, ?2, ?3, ?4, ?4)
                ON CONFLICT (id) DO UPDATE SET worktree = ?2, vcs = ?3, time_updated = ?4
                """,
                id, worktree, vcs, Cell.FromTime(now)),
            Durability.Committed, cancellationToken);
    }

    /// <summary>Changes how a project is shown; false when there is none of the id.</summary>
    public Task<bool> UpdateAsync(string id, UpdateProject request, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            var shown = Shown(connection.Text("SELECT data FROM project WHERE id = ?", id)) ?? new UpdateProject();
            var changed = new UpdateProject(null, request.Icon ?? shown.Icon, request.Commands ?? shown.Commands);
            return connection.Run(
                "UPDATE project SET name = coalesce(?2, name), data = ?3 WHERE id = ?1",
                id, request.Name, Encoding.UTF8.GetString(StoredJson.Write(changed, StoredJson.Shapes.UpdateProject))) > 0;
        },
        Durability.Committed, cancellationToken);

    /// <summary>All of them, the last used first.</summary>
    public ImmutableArray<StoredProject> List() => database.Read(connection =>
    {
        using var rows = connection.Query(
            "SELECT id, worktree, vcs, name, time_created, time_updated, data FROM project ORDER BY time_updated DESC, rowid DESC");
        var projects = ImmutableArray.CreateBuilder<StoredProject>();
        while (rows.Next())
        {
            projects.Add(new StoredProject(
                rows.Text(0), rows.Text(1), rows.TextOrNull(2), rows.TextOrNull(3), rows.Time(4), rows.Time(5), Shown(rows.TextOrNull(6))));
        }

        return projects.ToImmutable();
    });

    private static UpdateProject? Shown(string? data) => data is null ? null : StoredJson.Read(Encoding.UTF8.GetBytes(data), StoredJson.Shapes.UpdateProject);
}

/// <summary>A project as it is remembered.</summary>
internal sealed record StoredProject(
    string Id, string Worktree, string? Vcs, string? Name, DateTimeOffset Created, DateTimeOffset Updated, UpdateProject? Shown);
