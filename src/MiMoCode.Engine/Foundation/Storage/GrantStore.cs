using System.Collections.Immutable;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>What people allowed for good ("always"), project by project, until they take it back.</summary>
internal sealed class GrantStore(Database database)
{
    /// <summary>What holds in a project, oldest first.</summary>
    public ImmutableArray<Grant> Standing(string projectId) => database.Read(connection =>
    {
        using var rows = connection.Query(
            "SELECT id, permission, pattern, action, time FROM permission WHERE project_id = ? AND time_revoked IS NULL ORDER BY id", projectId);
        var grants = ImmutableArray.CreateBuilder<Grant>();
        while (rows.Next())
        {
            var action = rows.Text(3) is "allow" ? PermissionAction.Allow : PermissionAction.Deny;
            grants.Add(new Grant(rows.Number(0), new PermissionRule(rows.Text(1), rows.Text(2), action), rows.Time(4)));
        }

        return grants.ToImmutable();
    });

    /// <summary>Stores exactly the rules that a person was shown; they survive the loss of power. Known ones are not doubled.</summary>
    public Task AddAsync(
        string projectId, IEnumerable<PermissionRule> rules, string? sessionId, string? callId, CancellationToken cancellationToken)
    {
        var added = rules.ToImmutableArray();
        var now = database.Clock.GetUtcNow();
        return database.WriteAsync(
            connection =>
            {
                foreach (var rule in added)
                {
                    connection.Run(
                        """
                        INSERT INTO permission (project_id, permission, pattern, action, session_id, call_id, time) VALUES (?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT DO UPDATE SET action = excluded.action
                        """,
                        projectId, rule.Permission, rule.Pattern, rule.Action is PermissionAction.Allow ? "allow" : "deny",
                        sessionId, callId, Cell.FromTime(now));
                }

                return added.Length;
            },
            Durability.OnDisk, cancellationToken);
    }

    /// <summary>Takes a grant back; false when it does not hold.</summary>
    public Task<bool> RevokeAsync(long id, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Run(
            "UPDATE permission SET time_revoked = ? WHERE id = ? AND time_revoked IS NULL", Cell.FromTime(database.Clock.GetUtcNow()), id) > 0,
        Durability.OnDisk, cancellationToken);
}

/// <summary>A rule that a person made, and when.</summary>
internal sealed record Grant(long Id, PermissionRule Rule, DateTimeOffset Time);
