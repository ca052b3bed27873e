using System.Collections.Immutable;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>The work that sessions gave to sessions below them. A run that its process left open is found again at the next start.</summary>
internal sealed class RunStore(Database database)
{
    private const string Columns =
        "id, parent_session, session_id, call_id, agent, mode, background, instance_id, state, outcome, summary, time_started, last_activity, error";

    /// <summary>Stores that a run has begun.</summary>
    public Task AddAsync(RunRow run, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Run(
            $"INSERT INTO run ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?, NULL)",
            run.Id, run.ParentSession, run.SessionId, run.CallId, run.Agent, run.Context, run.Background ? 1 : 0, run.Instance,
            NameOf(run.State), Cell.FromTime(run.Started), Cell.FromTime(run.LastActivity)),
        Durability.Committed, cancellationToken);

    /// <summary>Stores how a run ended.</summary>
    public Task EndAsync(string id, RunEnd end) => database.WriteAsync(
        connection => connection.Run(
            "UPDATE run SET state = ?, outcome = ?, summary = ?, error = ?, last_activity = ? WHERE id = ? AND state = 'running'",
            NameOf(end.State), end.Outcome, end.Summary, end.Error, Cell.FromTime(database.Clock.GetUtcNow()), id),
        Durability.Committed, CancellationToken.None);

    /// <summary>The newest run of each session that this one started, oldest first.</summary>
    public ImmutableArray<RunRow> OfParent(string sessionId) => Read(
        $"""
        SELECT {Columns} FROM run WHERE parent_session = ?1
          AND rowid IN (SELECT max(rowid) FROM run WHERE parent_session = ?1 GROUP BY session_id) ORDER BY rowid
        """,
        sessionId);

    /// <summary>All runs that nobody has ended, also those of other processes.</summary>
    public ImmutableArray<RunRow> Open() => Read($"SELECT {Columns} FROM run WHERE state = 'running' ORDER BY rowid");

    private ImmutableArray<RunRow> Read(string query, params Cell[] values) => database.Read(connection =>
    {
        using var rows = connection.Query(query, values);
        var runs = ImmutableArray.CreateBuilder<RunRow>();
        while (rows.Next())
        {
            runs.Add(new RunRow(
                rows.Text(0), rows.Text(1), rows.Text(2), rows.TextOrNull(3), rows.Text(4), rows.Text(5), rows.Number(6) is 1,
                rows.TextOrNull(7), StateOf(rows.Text(8)), rows.Time(11), rows.Time(12))
            {
                Outcome = rows.TextOrNull(9), Summary = rows.TextOrNull(10), Error = rows.TextOrNull(13),
            });
        }

        return runs.ToImmutable();
    });

    private static string NameOf(RunState state) => state.ToString().ToLowerInvariant();

    private static RunState StateOf(string name) => Enum.Parse<RunState>(name, ignoreCase: true);
}

/// <summary>One piece of work in a child session. Context says what the child was told of its parent.</summary>
internal sealed record RunRow(
    string Id, string ParentSession, string SessionId, string? CallId, string Agent, string Context, bool Background, string? Instance,
    RunState State, DateTimeOffset Started, DateTimeOffset LastActivity)
{
    /// <summary>What the child itself says about its success; null when it said nothing.</summary>
    public string? Outcome { get; init; }

    public string? Summary { get; init; }

    public string? Error { get; init; }
}

/// <summary>How a run ended.</summary>
internal sealed record RunEnd(RunState State, string? Outcome = null, string? Summary = null, string? Error = null);

/// <summary>Where a run stands.</summary>
internal enum RunState
{
    Running,
    Done,
    Failed,
    Cancelled,

    /// <summary>Its process ended before it did; it can be resumed.</summary>
    Interrupted,
}
