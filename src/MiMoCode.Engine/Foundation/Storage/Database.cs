using System.Collections.Concurrent;
using MiMoCode.Protocol;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// The one SQLite file that holds the truth. All writes go through one writer, those that meet there in one commit; reads run on
/// connections of their own and never wait for it. Several processes may have the same file open.
/// </summary>
internal sealed class Database : IAsyncDisposable
{
    private const int SpareReaders = 4;
    private readonly Connection connection;
    private readonly ConcurrentBag<Connection> readers = [];
    private readonly Writer writer;
    private readonly WalSync sync;
    private bool disposed;

    private Database(string path, string id, Connection connection, TimeProvider clock, FailPoints? failPoints)
    {
        (Path, Id, this.connection, Clock, FailPoints) = (path, id, connection, clock, failPoints);
        sync = new WalSync(path, clock);
        writer = new Writer(connection, sync, failPoints);
    }

    /// <summary>The file; large contents lie in the folder <c>blob</c> beside it.</summary>
    public string Path { get; }

    /// <summary>The identity of this database, made with it: the first half of the ids of events on the wire.</summary>
    public string Id { get; }

    /// <summary>The clock that rows are stamped by.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Null outside of crash tests.</summary>
    public FailPoints? FailPoints { get; }

    /// <summary>Opens the file; creates it, readable by its owner only, when it is missing.</summary>
    /// <exception cref="UserException">It is damaged, another program's, a newer version's, or out of reach.</exception>
    public static Task<Database> OpenAsync(string path, TimeProvider clock, CancellationToken cancellationToken) =>
        OpenAsync(path, clock, null, cancellationToken);

    /// <summary>The same with fail points for crash tests.</summary>
    public static Task<Database> OpenAsync(
        string path, TimeProvider clock, FailPoints? failPoints, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SQLitePCL.Batteries_V2.Init();
        path = System.IO.Path.GetFullPath(path);
        CreatePrivately(path);
        var connection = Connection.Open(path, readOnly: false);
        try
        {
            var id = Schema.Present.Prepare(connection, path);
            return Task.FromResult(new Database(path, id, connection, clock, failPoints));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Does the work in a transaction and returns when it is as durable as asked for. The work sees a connection and nothing else:
    /// it may be run twice. When it throws, nothing of it remains and the exception comes out here. Cancelling helps only until
    /// the work has begun.
    /// </summary>
    /// <param name="work">What to write; runs on the writer, in its turn.</param>
    /// <param name="durability">What the result is to survive.</param>
    /// <param name="cancellationToken">Withdraws work that has not begun.</param>
    public Task<T> WriteAsync<T>(Func<Connection, T> work, Durability durability, CancellationToken cancellationToken) =>
        WriteAsync(work, null, durability, cancellationToken);

    /// <summary>The same; <paramref name="committed"/> is called by whoever writes, in the order of the commits, and must not block.</summary>
    public Task<T> WriteAsync<T>(
        Func<Connection, T> work, Action<T>? committed, Durability durability, CancellationToken cancellationToken)
    {
        var job = new WriteJob<T>(work, committed, durability, cancellationToken);
        writer.Add(job);
        return job.Done;
    }

    /// <summary>
    /// Reads one consistent state of what is committed. Page what may be long: an open read keeps the log from being
    /// shortened, and nothing may be awaited inside.
    /// </summary>
    public T Read<T>(Func<Connection, T> work)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var reader = readers.TryTake(out var spare) ? spare : Connection.Open(Path, readOnly: true);
        try
        {
            reader.Run("BEGIN");
            return work(reader);
        }
        finally
        {
            if (!reader.IsIdle)
                reader.Run("COMMIT");
            if (readers.Count < SpareReaders && !disposed)
                readers.Add(reader);
            else
                reader.Dispose();
        }
    }

    /// <summary>Finishes the writes that wait, syncs them and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        await writer.DisposeAsync();
        await sync.DisposeAsync();
        while (readers.TryTake(out var reader))
            reader.Dispose();
        connection.Dispose();
    }

    // History holds what people said and what their files say.
    private static void CreatePrivately(string path)
    {
        if (File.Exists(path))
            return;

        try
        {
            var folder = System.IO.Path.GetDirectoryName(path)!;
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
                return;
            }

            const UnixFileMode mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            if (!Directory.Exists(folder))
                Directory.CreateDirectory(folder, mine | UnixFileMode.UserExecute);
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, UnixCreateMode = mine,
            }).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Of(SQLitePCL.raw.SQLITE_CANTOPEN, error.Message, path);
        }
    }
}
