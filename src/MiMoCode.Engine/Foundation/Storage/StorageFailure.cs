using MiMoCode.Protocol;
using SQLitePCL;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// The database refused for a reason that is no user's business: a broken constraint or a bug. What people can put right (a full
/// disk, a damaged file) is a <see cref="UserException"/> instead.
/// </summary>
internal sealed class StorageFailure(int code, string message) : Exception(message)
{
    /// <summary>The database's extended result code.</summary>
    public int Code { get; } = code;

    /// <summary>True when a row of this key is there already.</summary>
    public bool IsDuplicate => (Code & 0xFF) is raw.SQLITE_CONSTRAINT;

    /// <summary>The exception for a result code.</summary>
    public static Exception Of(int code, string message, string path) => (code & 0xFF) switch
    {
        raw.SQLITE_FULL => Unsaved($"The disk that holds {path} is full. Free some space and try again."),
        raw.SQLITE_READONLY => Unsaved($"{path} cannot be written. Check its permissions, or name another database with MIMOCODE_DB."),
        raw.SQLITE_CANTOPEN => Unsaved($"{path} cannot be opened. Check that its folder exists and is yours, or name another with MIMOCODE_DB."),
        raw.SQLITE_IOERR => Unsaved($"The disk that holds {path} reports an error ({message}). Nothing was saved just now."),
        raw.SQLITE_BUSY => Unsaved($"Another program has held {path} for ten seconds. Nothing was saved just now; try again."),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => Damaged(path, message),
        _ => new StorageFailure(code, message),
    };

    /// <summary>The file is no database of ours, or no longer one.</summary>
    public static UserException Damaged(string path, string reason) =>
        new($"{path} is damaged or no MiMoCode database ({reason}). Restore it from a backup, or start a new one with MIMOCODE_DB=<path>.", 1, 500);

    /// <summary>The disk did not take it; what was there before is as it was.</summary>
    public static UserException Unsaved(string message) => new(message, 1, 507);
}
