using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>The grants of one project, opened to be looked at and taken back without opening the project itself.</summary>
internal sealed class GrantBook : IAsyncDisposable
{
    private readonly Database database;
    private readonly GrantStore store;
    private readonly string? project;

    private GrantBook(Database database, string worktree)
    {
        (this.database, store) = (database, new GrantStore(database));
        project = new ProjectStore(database).List().FirstOrDefault(known => known.Worktree == worktree)?.Id;
    }

    public static async Task<GrantBook> OpenAsync(
        string databasePath, string worktree, TimeProvider clock, CancellationToken cancellationToken) =>
        new(await Database.OpenAsync(databasePath, clock, cancellationToken), worktree);

    /// <summary>What holds, oldest first.</summary>
    public ImmutableArray<Grant> Standing => project is null ? [] : store.Standing(project);

    /// <summary>Takes one back; false when it is none of this project.</summary>
    public async Task<bool> RevokeAsync(long id, CancellationToken cancellationToken) =>
        Standing.Any(grant => grant.Id == id) && await store.RevokeAsync(id, cancellationToken);

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
