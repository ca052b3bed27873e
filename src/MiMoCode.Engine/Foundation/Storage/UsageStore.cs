using System.Collections.Immutable;
using System.Globalization;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>What was billed, request by request. It stays when a session is deleted: the money is spent.</summary>
internal sealed class UsageStore(Database database)
{
    /// <summary>Sums since a time, by what they are grouped by, the dearest first.</summary>
    /// <param name="by">What makes a group.</param>
    /// <param name="rootId">Only what belongs to this root session and its descendants.</param>
    /// <param name="since">Only what was billed from then on.</param>
    public ImmutableArray<UsageSum> Sum(UsageGroup by, string? rootId = null, DateTimeOffset? since = null) => database.Read(connection =>
    {
        var key = by switch
        {
            UsageGroup.Purpose => "purpose",
            UsageGroup.Model => "provider || '/' || model",
            UsageGroup.Session => "session_id",
            UsageGroup.Root => "root_id",
            _ => "date(time / 1000, 'unixepoch')",
        };
        // Costs are decimal text, so that cents add up to cents: the database groups, we add.
        using var rows = connection.Query(
            $"""
            SELECT {key}, input, output, reasoning, cache_read, cache_write, cost FROM usage
            WHERE (?1 IS NULL OR root_id = ?1) AND (?2 IS NULL OR time >= ?2)
            """,
            rootId, Cell.FromTime(since));
        var sums = new Dictionary<string, UsageSum>();
        while (rows.Next())
        {
            var group = rows.Text(0);
            var sum = sums.GetValueOrDefault(group) ?? new UsageSum(group, 0, TokenUsage.None, 0);
            var tokens = new TokenUsage(
                rows.Number(1), rows.Number(2), rows.Number(3), new CacheTokens(rows.Number(4), rows.Number(5)));
            sums[group] = new UsageSum(
                group, sum.Requests + 1, sum.Tokens + tokens, sum.Cost + decimal.Parse(rows.Text(6), CultureInfo.InvariantCulture));
        }

        return sums.Values.OrderByDescending(sum => sum.Cost).ThenBy(sum => sum.Group, StringComparer.Ordinal).ToImmutableArray();
    });

    /// <summary>What was billed to a root session after a row, oldest first: a running total reads each row once.</summary>
    public ImmutableArray<ChargedRow> After(string rootId, long row) => database.Read(connection =>
    {
        using var rows = connection.Query(
            "SELECT id, time, cost, input + output + cache_write FROM usage WHERE root_id = ? AND id > ? ORDER BY id", rootId, row);
        var found = ImmutableArray.CreateBuilder<ChargedRow>();
        while (rows.Next())
        {
            found.Add(new ChargedRow(
                rows.Number(0), DateTimeOffset.FromUnixTimeMilliseconds(rows.Number(1)),
                decimal.Parse(rows.Text(2), CultureInfo.InvariantCulture), rows.Number(3)));
        }

        return found.ToImmutable();
    });

    /// <summary>Writes a charge in the caller's transaction, which holds the facts it was billed for.</summary>
    internal static void Write(Connection connection, Charge charge, DateTimeOffset now)
    {
        var (_, model, tokens, cost) = charge.Billed;
        connection.Run(
            """
            INSERT INTO usage (root_id, session_id, project_id, message_id, purpose, provider, model,
              input, output, reasoning, cache_read, cache_write, cost, time)
            VALUES (?1, ?2, coalesce((SELECT project_id FROM session WHERE id = ?2), ''), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """,
            charge.RootId, charge.SessionId, charge.MessageId, charge.Billed.Purpose.ToString().ToLowerInvariant(),
            model.ProviderId, model.ModelId, tokens.Input, tokens.Output, tokens.Reasoning, tokens.Cache.Read, tokens.Cache.Write,
            cost.ToString(CultureInfo.InvariantCulture), Cell.FromTime(now));
    }
}

/// <summary>One paid request and where it belongs.</summary>
internal sealed record Charge(string RootId, string SessionId, string? MessageId, Billed Billed);

/// <summary>A charge that was stored. Tokens are those that were not read from a cache.</summary>
internal sealed record ChargedRow(long Row, DateTimeOffset Time, decimal Cost, long Tokens);
