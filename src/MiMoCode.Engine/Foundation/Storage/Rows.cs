using SQLitePCL;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>The rows of a running query. What a span shows is gone with the next row.</summary>
internal readonly ref struct Rows(Connection connection, sqlite3_stmt statement) : IDisposable
{
    /// <summary>Moves to the next row; false at the end.</summary>
    public bool Next()
    {
        var result = raw.sqlite3_step(statement);
        connection.Check(result);
        return result is raw.SQLITE_ROW;
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    public long? NumberOrNull(int column) => IsNull(column) ? null : Number(column);

    public double Real(int column) => raw.sqlite3_column_double(statement, column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Number(column));

    /// <summary>Text or bytes as they are stored.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    public void Dispose()
    {
        // The error of a failed step has been thrown already; reset only repeats it.
        _ = raw.sqlite3_reset(statement);
        _ = raw.sqlite3_clear_bindings(statement);
    }
}
