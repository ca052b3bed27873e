using System.Collections.Immutable;

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

    /// <summary>All of them, the last used first.</summary>
    public ImmutableArray<StoredProject> List() => database.Read(connection =>
    {
        using var rows = connection.Query(
            "SELECT id, worktree, vcs, name, time_created, time_updated FROM project ORDER BY time_updated DESC, rowid DESC");
        var projects = ImmutableArray.CreateBuilder<StoredProject>();
        while (rows.Next())
        {
            projects.Add(new StoredProject(
                rows.Text(0), rows.Text(1), rows.TextOrNull(2), rows.TextOrNull(3), rows.Time(4), rows.Time(5)));
        }

        return projects.ToImmutable();
    });
}

/// <summary>A project as it is remembered.</summary>
internal sealed record StoredProject(
    string Id, string Worktree, string? Vcs, string? Name, DateTimeOffset Created, DateTimeOffset Updated);
