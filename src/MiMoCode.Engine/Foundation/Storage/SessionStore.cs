using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// The truth about sessions, messages and parts. A fact and the number it is told under become durable together; tell it only
/// after that. Reads come from the rows and see every write that was waited for.
/// </summary>
internal sealed class SessionStore(Database database, BlobStore blobs)
{
    /// <summary>
    /// Stores one fact. The returned number orders all facts of the database and is the second half of its id on the wire.
    /// </summary>
    /// <param name="sessionId">The session that the fact names.</param>
    /// <param name="fact">An <see cref="IFact"/>; anything else is a bug of the caller.</param>
    /// <param name="durability">What it is to survive before this returns.</param>
    /// <param name="under">The lease it is written under; with it the write throws <see cref="LeaseLostException"/> once another owner has taken over.</param>
    /// <param name="whenStored">Called on the writer, in the order of the numbers, before this returns. Must not block.</param>
    /// <exception cref="UserException">What the fact speaks of is not there, or the disk is full.</exception>
    public async Task<long> StoreAsync(
        string sessionId, Event fact, Durability durability, Lease? under = null, Action<NumberedEvent>? whenStored = null)
    {
        var stored = await StoreAsync(sessionId, [fact], durability, under, whenStored);
        return stored[0].Number;
    }

    /// <summary>Stores several facts, all or none, in their order.</summary>
    /// <param name="sessionId">The session that the facts name.</param>
    /// <param name="facts">Each an <see cref="IFact"/>.</param>
    /// <param name="durability">What they are to survive before this returns.</param>
    /// <param name="under">The lease they are written under.</param>
    /// <param name="whenStored">Called for each on the writer, in order.</param>
    /// <param name="charges">What was billed for them: stored with them or not at all.</param>
    public Task<ImmutableArray<NumberedEvent>> StoreAsync(
        string sessionId, IReadOnlyList<Event> facts, Durability durability, Lease? under = null, Action<NumberedEvent>? whenStored = null,
        ImmutableArray<Charge> charges = default)
    {
        var now = database.Clock.GetUtcNow();
        var prepared = facts.Select(fact => StoredFact.Of(Own(sessionId, fact), blobs, now)).ToImmutableArray();
        database.FailPoints?.Pass("message.store");
        return StoreAsync(prepared, durability, under, whenStored, charges);
    }

    /// <summary>
    /// Stores facts and a change of what is known about the session, all or none. The change is made to what is stored in that
    /// moment, so that two who change different things lose nothing of each other's.
    /// </summary>
    public Task<ImmutableArray<NumberedEvent>> ChangeAsync(
        string sessionId, Func<SessionInfo, SessionInfo> change, IReadOnlyList<Event> facts, Lease? under = null, Action<NumberedEvent>? whenStored = null,
        ImmutableArray<Charge> charges = default)
    {
        var now = database.Clock.GetUtcNow();
        var prepared = facts.Select(fact => StoredFact.Of(Own(sessionId, fact), blobs, now)).ToImmutableArray();
        return database.WriteAsync(
            connection =>
            {
                var told = Write(connection, prepared, under, charges);
                var info = change(Find(connection, sessionId) ?? throw UserException.NotFound("session", sessionId));
                var updated = StoredFact.Of(new SessionUpdated(info) { SessionId = sessionId }, blobs, now);
                return told.Add(new NumberedEvent(FactWriter.Write(connection, updated), updated.Fact));
            },
            told => Tell(told, whenStored), Durability.Committed, CancellationToken.None);
    }

    /// <summary>Creates a session of a kind; its root is its parent's root, or itself.</summary>
    public async Task<long> CreateAsync(SessionInfo info, SessionKind kind, Action<NumberedEvent>? whenStored = null)
    {
        var fact = new SessionCreated(info) { SessionId = info.Id };
        var prepared = StoredFact.Of(fact, blobs, database.Clock.GetUtcNow()) with { Kind = kind };
        return (await StoreAsync([prepared], Durability.Committed, null, whenStored))[0].Number;
    }

    /// <summary>Deletes a session with all that descend from it, the deepest first; one fact for each.</summary>
    public Task<ImmutableArray<NumberedEvent>> DeleteAsync(string id, Action<NumberedEvent>? whenStored = null)
    {
        var now = database.Clock.GetUtcNow();
        return database.WriteAsync(
            connection =>
            {
                var told = ImmutableArray.CreateBuilder<NumberedEvent>();
                foreach (var each in SessionRows.Tree(connection, id))
                {
                    var info = Find(connection, each) ?? throw UserException.NotFound("session", id);
                    var fact = new SessionDeleted(info) { SessionId = each };
                    told.Add(new NumberedEvent(FactWriter.Write(connection, StoredFact.Of(fact, blobs, now)), fact));
                }

                return told.ToImmutable();
            },
            told => Tell(told, whenStored), Durability.Committed, CancellationToken.None);
    }

    /// <summary>A session; null when there is none.</summary>
    public SessionInfo? Find(string id) => database.Read(connection => Find(connection, id));

    /// <summary>What the session is for and the root it belongs to; null when there is no such session.</summary>
    public (SessionKind Kind, string RootId)? FindPlace(string id) => database.Read<(SessionKind, string)?>(connection =>
    {
        using var rows = connection.Query("SELECT kind, root_id FROM session WHERE id = ?", id);
        return rows.Next() ? (KindOf(rows.Text(0)), rows.Text(1)) : null;
    });

    /// <summary>The sessions that fit, those that changed last first; hidden ones never.</summary>
    public ImmutableArray<SessionInfo> List(SessionQuery query, string projectId) => database.Read(connection => Infos(connection.Query(
        """
        SELECT data FROM session WHERE kind <> 'system' AND (?1 OR project_id = ?2) AND (NOT ?3 OR parent_id IS NULL)
          AND (?4 IS NULL OR time_updated >= ?4) AND (?5 IS NULL OR title LIKE ?5 ESCAPE '\') ORDER BY rev DESC LIMIT ?6
        """,
        query.AllProjects, projectId, query.Roots is true, Cell.FromTime(query.Start), Pattern(query.Search), query.Limit ?? -1L)));

    /// <summary>The sessions that this one started, in their order; hidden ones not.</summary>
    public ImmutableArray<SessionInfo> Children(string id) => database.Read(connection => Infos(connection.Query(
        "SELECT data FROM session WHERE parent_id = ? AND kind <> 'system' ORDER BY rowid", id)));

    /// <summary>The session that a person worked with last in the project, and in the folder if one is given; null when there is none.</summary>
    public SessionInfo? MostRecentRoot(string projectId, string? directory = null) => database.Read(connection => Infos(connection.Query(
        """
        SELECT data FROM session WHERE project_id = ?1 AND kind = 'user' AND parent_id IS NULL AND time_archived IS NULL
          AND (?2 IS NULL OR directory = ?2) ORDER BY rev DESC LIMIT 1
        """,
        projectId, directory)).FirstOrDefault());

    /// <summary>The newest window of a session, if one was opened, and everything said from its start on.</summary>
    public StoredWindow LoadWindow(string sessionId) => database.Read(connection =>
    {
        var (opened, start) = ReadWindow(connection, sessionId);
        return new StoredWindow(opened, new HistoryReader(connection, blobs).Read(sessionId, start, long.MaxValue, whole: true));
    });

    /// <summary>How many windows a session has opened.</summary>
    public long Windows(string sessionId) =>
        database.Read(connection => connection.Number("SELECT max(no) FROM window WHERE session_id = ?", sessionId)) ?? 0;

    /// <summary>
    /// The newest messages, or those before a cursor, in their order; messages that wait in the queue come last on the newest page.
    /// Long outputs are shortened.
    /// </summary>
    /// <exception cref="UserException">The cursor is not one of ours.</exception>
    public MessagePage Page(string sessionId, int? limit, string? beforeCursor)
    {
        var before = beforeCursor is null ? long.MaxValue : ParseCursor(beforeCursor);
        return database.Read(connection =>
        {
            var from = connection.Number(
                "SELECT min(seq) FROM (SELECT seq FROM message WHERE session_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?)",
                sessionId, before, limit ?? -1L);
            var messages = from is { } first
                ? new HistoryReader(connection, blobs).Read(sessionId, first, before - 1, whole: false)
                : [];
            if (beforeCursor is null)
                messages = messages.AddRange(QueueRows.Waiting(connection, sessionId));
            var more = from is { } start
                && connection.Number("SELECT 1 FROM message WHERE session_id = ? AND seq < ? LIMIT 1", sessionId, start) is not null;
            return new MessagePage(messages, more ? from!.Value.ToString(CultureInfo.InvariantCulture) : null);
        });
    }

    /// <summary>One message with its parts, whole; null when it is not in the session's history.</summary>
    public MessageWithParts? FindMessage(string sessionId, string messageId) => database.Read(connection =>
        connection.Number("SELECT seq FROM message WHERE id = ? AND session_id = ?", messageId, sessionId) is { } seq
            ? new HistoryReader(connection, blobs).Read(sessionId, seq, seq, whole: true)[0]
            : null);

    /// <summary>The number that orders a message within its session; null when it is not there.</summary>
    public long? FindSeq(string sessionId, string messageId) => database.Read(connection =>
        connection.Number("SELECT seq FROM message WHERE id = ? AND session_id = ?", messageId, sessionId));

    /// <summary>The numbers that order the messages of a session, from one on.</summary>
    public IReadOnlyDictionary<string, long> Numbers(string sessionId, long from) => database.Read(connection =>
    {
        var numbers = new Dictionary<string, long>();
        using var rows = connection.Query("SELECT id, seq FROM message WHERE session_id = ? AND seq >= ?", sessionId, from);
        while (rows.Next())
            numbers[rows.Text(0)] = rows.Number(1);
        return numbers;
    });

    /// <summary>The agent's list of things to do; empty when it made none.</summary>
    public ImmutableArray<Todo> Todos(string sessionId) => database.Read<ImmutableArray<Todo>>(connection =>
    {
        using var rows = connection.Query("SELECT data FROM todo WHERE session_id = ?", sessionId);
        return rows.Next() ? StoredJson.Read(rows.Bytes(0), StoredJson.Shapes.ImmutableArrayTodo) : [];
    });

    /// <summary>A session as a whole. Throws a <see cref="UserException"/> when there is none.</summary>
    public SessionExport Export(string sessionId) => database.Read(connection => new SessionExport(
        Find(connection, sessionId) ?? throw UserException.NotFound("session", sessionId),
        new HistoryReader(connection, blobs).Read(sessionId, 0, long.MaxValue, whole: true),
        TaskRows.Export(connection, sessionId)));

    /// <summary>
    /// Stores an exported session under its own ids and returns the facts. Nothing happens when exactly it is there already.
    /// </summary>
    /// <exception cref="UserException">Another session has its id, or another message has one of its ids.</exception>
    public async Task<ImmutableArray<NumberedEvent>> ImportAsync(SessionExport export, Action<NumberedEvent>? whenStored = null)
    {
        var id = export.Info.Id;
        if (Find(id) is not null)
        {
            var same = StoredJson.Write(Export(id), StoredJson.Shapes.SessionExport).AsSpan()
                .SequenceEqual(StoredJson.Write(export, StoredJson.Shapes.SessionExport));
            return same ? [] : throw new UserException(
                $"Session {id} exists here with another content and is left as it is. Delete it first to import this one.", httpStatus: 409);
        }

        // The parent may have stayed where it was exported.
        var info = export.Info.ParentId is { } parent && Find(parent) is null ? export.Info with { ParentId = null } : export.Info;
        var tasks = new TaskReplay(id, export.Tasks ?? []);
        var facts = new List<Event> { new SessionCreated(info) { SessionId = id } };
        facts.AddRange(tasks.After(null));
        foreach (var (message, parts) in export.Messages)
        {
            facts.Add(new MessageUpdated(message) { SessionId = id });
            facts.AddRange(parts.Select(part => new PartUpdated(part, message.Time.Created) { SessionId = id }));
            facts.AddRange(tasks.After(message.Id));
        }

        return await StoreAsync(id, facts, Durability.OnDisk, null, whenStored);
    }

    private static SessionEvent Own(string sessionId, Event fact) =>
        fact is SessionEvent own && own.SessionId == sessionId
            ? own
            : throw new ArgumentException($"{fact.Type} is no fact of {sessionId}.", nameof(fact));

    private static void Tell(ImmutableArray<NumberedEvent> told, Action<NumberedEvent>? whenStored)
    {
        if (whenStored is null)
            return;
        foreach (var each in told)
            whenStored(each);
    }

    private static SessionInfo? Find(Connection connection, string id) =>
        Infos(connection.Query("SELECT data FROM session WHERE id = ?", id)).FirstOrDefault();

    private static ImmutableArray<SessionInfo> Infos(Rows rows)
    {
        using (rows)
        {
            var infos = ImmutableArray.CreateBuilder<SessionInfo>();
            while (rows.Next())
                infos.Add(StoredJson.Read(rows.Bytes(0), StoredJson.Shapes.SessionInfo));
            return infos.ToImmutable();
        }
    }

    private static SessionKind KindOf(string name) => name switch
    {
        "user" => SessionKind.User,
        "subagent" => SessionKind.Subagent,
        _ => SessionKind.System,
    };

    private static string? Pattern(string? search) => search is null
        ? null
        : $"%{search.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";

    private static long ParseCursor(string cursor) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            ? seq
            : throw new UserException($"'{cursor}' is no cursor of this server; leave it out to start at the end.");

    private Task<ImmutableArray<NumberedEvent>> StoreAsync(
        ImmutableArray<StoredFact> facts, Durability durability, Lease? under, Action<NumberedEvent>? whenStored,
        ImmutableArray<Charge> charges = default) =>
        database.WriteAsync(
            connection => Write(connection, facts, under, charges), told => Tell(told, whenStored), durability, CancellationToken.None);

    private ImmutableArray<NumberedEvent> Write(
        Connection connection, ImmutableArray<StoredFact> facts, Lease? under, ImmutableArray<Charge> charges)
    {
        under?.Check(connection);
        foreach (var charge in charges.IsDefault ? [] : charges)
            UsageStore.Write(connection, charge, database.Clock.GetUtcNow());
        var told = ImmutableArray.CreateBuilder<NumberedEvent>(facts.Length);
        foreach (var fact in facts)
            told.Add(new NumberedEvent(FactWriter.Write(connection, fact), fact.Fact));
        return told.ToImmutable();
    }

    private (WindowOpened? Opened, long Start) ReadWindow(Connection connection, string sessionId)
    {
        using var rows = connection.Query(
            "SELECT start_seq, system, tools, key, start_id, head_id FROM window WHERE session_id = ? ORDER BY no DESC LIMIT 1",
            sessionId);
        if (!rows.Next())
            return (null, 0);

        // A lost head is rendered anew; the conversation goes on from the same message.
        if (blobs.Get(connection, rows.Text(1)) is not { } system || blobs.Get(connection, rows.Text(2)) is not { } tools)
            return (null, rows.Number(0));

        var opened = new WindowOpened(
            Encoding.UTF8.GetString(system), StoredJson.Read(tools, StoredJson.Shapes.ImmutableArrayToolDefinition),
            rows.Text(3), rows.TextOrNull(4), rows.TextOrNull(5)) { SessionId = sessionId };
        return (opened, rows.Number(0));
    }
}

/// <summary>What a loop needs to go on: the head of the newest window, null when none was opened, and what was said since.</summary>
internal sealed record StoredWindow(WindowOpened? Opened, ImmutableArray<MessageWithParts> Messages);
