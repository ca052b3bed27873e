using System.Security.Cryptography;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// Contents by their SHA-256. Small ones are rows; a large one is a file beside the database that is on the disk, name and all,
/// before any row speaks of it.
/// </summary>
internal sealed class BlobStore(Database database)
{
    private const int LargestRow = 64 * 1024;
    private readonly string root = Path.Combine(Path.GetDirectoryName(database.Path)!, "blob");

    /// <summary>Makes a content ready to be referred to; a large one is written here, outside of any transaction.</summary>
    public Blob Prepare(ReadOnlyMemory<byte> content)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        if (content.Length <= LargestRow)
            return new Blob(hash, content.Length, content);

        var path = PathOf(hash);
        if (!File.Exists(path) || new FileInfo(path).Length != content.Length)
            WriteFile(path, content.Span);
        else
            File.SetLastWriteTimeUtc(path, database.Clock.GetUtcNow().UtcDateTime);
        return new Blob(hash, content.Length, null);
    }

    /// <summary>The row of a prepared content, in the transaction of whatever refers to it.</summary>
    public static void Add(Connection connection, Blob blob, DateTimeOffset time) =>
        connection.Run(
            "INSERT INTO blob (hash, size, time, data) VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING",
            blob.Hash, blob.Size, Cell.FromTime(time), blob.Row is { } bytes ? Cell.Blob(bytes) : default);

    /// <summary>Stores a content on its own.</summary>
    public async Task<string> PutAsync(ReadOnlyMemory<byte> content, Durability durability, CancellationToken cancellationToken)
    {
        var blob = Prepare(content);
        return await database.WriteAsync(
            connection =>
            {
                Add(connection, blob, database.Clock.GetUtcNow());
                return blob.Hash;
            },
            durability, cancellationToken);
    }

    /// <summary>A content; null when it is not there or its file was lost.</summary>
    public byte[]? Get(string hash) => database.Read(connection => Get(connection, hash));

    /// <summary>The same within a read or a write.</summary>
    public byte[]? Get(Connection connection, string hash)
    {
        using (var rows = connection.Query("SELECT data FROM blob WHERE hash = ?", hash))
        {
            if (!rows.Next())
                return null;
            if (!rows.IsNull(0))
                return rows.Bytes(0).ToArray();
        }

        var path = PathOf(hash);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    private string PathOf(string hash) => Path.Combine(root, hash[..2], hash);

    private void WriteFile(string path, ReadOnlySpan<byte> content)
    {
        var folder = Path.GetDirectoryName(path)!;
        var temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            Directory.CreateDirectory(folder);
            database.FailPoints?.Pass("blob.before");
            using (var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, content.Length))
            {
                RandomAccess.Write(file, content, 0);
                RandomAccess.FlushToDisk(file);
            }

            File.Move(temporary, path, overwrite: true);
            FolderSync.Flush(folder);
            FolderSync.Flush(root);
            database.FailPoints?.Pass("blob.after");
        }
        catch (IOException error)
        {
            File.Delete(temporary);
            throw StorageFailure.Unsaved($"{path} could not be written ({error.Message}). Nothing was lost; try again.");
        }
    }
}

/// <summary>A content that may be referred to. Row holds the bytes when they are to lie in the database.</summary>
internal sealed record Blob(string Hash, long Size, ReadOnlyMemory<byte>? Row);
