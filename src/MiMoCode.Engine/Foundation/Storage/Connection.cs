using SQLitePCL;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// One connection to the database, used by one thread at a time. Statements are prepared once and kept; a query is read to its
/// end or disposed before the same text is run again.
/// </summary>
internal sealed class Connection : IDisposable
{
    private readonly sqlite3 handle;
    private readonly string path;
    private readonly Dictionary<string, sqlite3_stmt> statements = new(StringComparer.Ordinal);

    private Connection(sqlite3 handle, string path) => (this.handle, this.path) = (handle, path);

    /// <summary>True while no transaction is open; the database also ends one by itself when the disk is full.</summary>
    public bool IsIdle => raw.sqlite3_get_autocommit(handle) != 0;

    /// <summary>How many rows the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(handle);

    /// <summary>The number of the row that was inserted last.</summary>
    public long LastRow => raw.sqlite3_last_insert_rowid(handle);

    /// <summary>Opens the file and, unless it is only read, creates it. Waits up to ten seconds for other writers.</summary>
    public static Connection Open(string path, bool readOnly)
    {
        var access = readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE;
        var result = raw.sqlite3_open_v2(path, out var handle, access | raw.SQLITE_OPEN_NOMUTEX, null);
        if (result != raw.SQLITE_OK)
        {
            handle?.Dispose();
            throw StorageFailure.Of(result, raw.sqlite3_errstr(result).utf8_to_string(), path);
        }

        raw.sqlite3_extended_result_codes(handle, 1);
        raw.sqlite3_busy_timeout(handle, 10_000);
        // Checkpoints run beside the writer, see WalSync.
        raw.sqlite3_wal_autocheckpoint(handle, 0);
        var connection = new Connection(handle, path);
        // A log that was moved is cut short when it begins anew, so that its length says how much waits to be moved. Several readers
        // may be open, each with pages of its own that the system keeps as well.
        connection.Run(readOnly ? "PRAGMA cache_size = -512" : "PRAGMA journal_size_limit = 1048576");
        return connection;
    }

    /// <summary>Runs a script of several statements without parameters.</summary>
    public void Script(string sql) => Check(raw.sqlite3_exec(handle, sql));

    /// <summary>Runs one statement to its end.</summary>
    public int Run(string sql, params ReadOnlySpan<Cell> cells)
    {
        using var rows = Query(sql, cells);
        while (rows.Next())
        {
        }

        return Changes;
    }

    /// <summary>Starts a query; dispose the rows before the connection is used by anybody else.</summary>
    public Rows Query(string sql, params ReadOnlySpan<Cell> cells)
    {
        var statement = Prepare(sql);
        for (var i = 0; i < cells.Length; i++)
            Check(Bind(statement, i + 1, cells[i]));
        return new Rows(this, statement);
    }

    /// <summary>The first column of the first row as a number; null when there is no row or it holds none.</summary>
    public long? Number(string sql, params ReadOnlySpan<Cell> cells)
    {
        using var rows = Query(sql, cells);
        return rows.Next() && !rows.IsNull(0) ? rows.Number(0) : null;
    }

    /// <summary>The first column of the first row as text; null when there is no row or it holds none.</summary>
    public string? Text(string sql, params ReadOnlySpan<Cell> cells)
    {
        using var rows = Query(sql, cells);
        return rows.Next() ? rows.TextOrNull(0) : null;
    }

    /// <summary>Throws when the result is an error.</summary>
    public void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
            throw StorageFailure.Of(result, raw.sqlite3_errmsg(handle).utf8_to_string(), path);
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
            statement.Dispose();
        statements.Clear();
        handle.Dispose();
    }

    private static int Bind(sqlite3_stmt statement, int index, in Cell cell) => cell.Kind switch
    {
        CellKind.Number => raw.sqlite3_bind_int64(statement, index, cell.Number),
        CellKind.Real => raw.sqlite3_bind_double(statement, index, cell.Real),
        CellKind.Text => raw.sqlite3_bind_text(statement, index, cell.Text),
        CellKind.Utf8 => raw.sqlite3_bind_text(statement, index, cell.Bytes.Span),
        CellKind.Blob => raw.sqlite3_bind_blob(statement, index, cell.Bytes.Span),
        _ => raw.sqlite3_bind_null(statement, index),
    };

    private sqlite3_stmt Prepare(string sql)
    {
        if (statements.TryGetValue(sql, out var statement))
            return statement;

        const uint persistent = 1;
        Check(raw.sqlite3_prepare_v3(handle, sql, persistent, out statement));
        statements.Add(sql, statement);
        return statement;
    }
}
