using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// The memory folder: where each layer lies, reading what is there however damaged, and writing so that nothing is lost: whatever
/// stood in a file before is kept as a version.
/// </summary>
/// <param name="root">The memory folder.</param>
/// <param name="projectId">Whose project folder it is.</param>
/// <param name="database">Where versions are kept.</param>
/// <param name="blobs">Where their contents are.</param>
/// <param name="written">Hears of a file that was written, and of who wrote it.</param>
internal sealed class MemoryFiles(string root, string projectId, Database database, BlobStore blobs, Action<string, string>? written = null)
{
    private const int Long = 512 * 1024;
    private const int LongestRead = 16 * 1024 * 1024;
    private const string FileName = "MEMORY.md";
    private const string Person = "person";
    private static readonly EnumerationOptions Reachable = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };

    public string Root => root;

    /// <summary>The user's preferences in all projects.</summary>
    public string Global => Path.Combine(root, "global", FileName);

    public string ProjectFolder => Path.Combine(root, "projects", projectId);

    /// <summary>What holds in this project.</summary>
    public string Project => Path.Combine(ProjectFolder, FileName);

    public string SessionFolder(string rootId) => Path.Combine(root, "sessions", rootId);

    /// <summary>What the agent noted: the only file in here that it writes itself.</summary>
    public string Notes(string rootId) => Path.Combine(SessionFolder(rootId), "notes.md");

    public string Checkpoint(string rootId) => Path.Combine(SessionFolder(rootId), "checkpoint.md");

    public string Progress(string rootId, string taskId) => Path.Combine(SessionFolder(rootId), "tasks", taskId, "progress.md");

    /// <summary>The text as far as it can be used; a problem in words when something is wrong with it. A missing file is empty and fine.</summary>
    public static MemoryText Read(string path)
    {
        try
        {
            var bytes = ReadStart(path, out var length);
            var text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');
            var problem = length > LongestRead ? $"it is {length / 1024} kB long; the first {LongestRead / 1024} kB are used"
                : text.Contains('\uFFFD', StringComparison.Ordinal) || text.Contains('\0', StringComparison.Ordinal) ? "parts of it are no UTF-8 text"
                : null;
            text = text.Replace("\0", "", StringComparison.Ordinal).ReplaceLineEndings("\n");
            return problem is null && length > Long
                ? new MemoryText(text, $"it is {length / 1024} kB long, of which a window takes the last lines only", IsWhole: true)
                : new MemoryText(text, problem, problem is null);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return new MemoryText("", null, IsWhole: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var problem = Directory.Exists(path) ? "it is a folder"
                : error is UnauthorizedAccessException ? "its permissions do not let it be read"
                : $"it cannot be read ({error.Message.TrimEnd('.')})";
            return new MemoryText("", problem, IsWhole: false);
        }
    }

    /// <summary>Replaces a file in one step. What stood there is a version first, also when a person wrote it.</summary>
    public Task WriteAsync(string path, string text, string author, string? sessionId, CancellationToken cancellationToken) =>
        WriteAsync(path, Encoding.UTF8.GetBytes(text), author, sessionId, cancellationToken);

    /// <summary>
    /// Replaces what was read of a file by a text. What only adds to the end leaves every byte before it as it is; anything else is
    /// not done to a file that could not be read whole: false then.
    /// </summary>
    public async Task<bool> ChangeAsync(
        string path, MemoryText before, string after, string author, string? sessionId, CancellationToken cancellationToken)
    {
        if (File.Exists(path) && after.StartsWith(before.Text, StringComparison.Ordinal))
        {
            var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            await WriteAsync(path, [.. bytes, .. Encoding.UTF8.GetBytes(after[before.Text.Length..])], author, sessionId, cancellationToken);
            return true;
        }

        if (!before.IsWhole)
            return false;
        await WriteAsync(path, after, author, sessionId, cancellationToken);
        return true;
    }

    /// <summary>The same as writing text, for bytes that may be none.</summary>
    public async Task WriteAsync(string path, byte[] bytes, string author, string? sessionId, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder where a file should be; move it away.");
        var before = File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellationToken) : null;
        if (before is not null && before.AsSpan().SequenceEqual(bytes))
            return;
        if (before is not null && Versions(path).FirstOrDefault()?.Hash != HashOf(before))
            await KeepAsync(path, before, Person, null, cancellationToken);
        await KeepAsync(path, bytes, author, sessionId, cancellationToken);

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        await File.WriteAllBytesAsync(temporary, bytes, cancellationToken);
        database.FailPoints?.Pass("memory.rename");
        File.Move(temporary, path, overwrite: true);
        written?.Invoke(path, author);
    }

    /// <summary>Adds to the end of a file.</summary>
    public static async Task AppendAsync(string path, string text, CancellationToken cancellationToken)
    {
        if (text.Length is 0)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    /// <summary>The kept versions of a file, the newest first.</summary>
    public ImmutableArray<MemoryVersion> Versions(string path) => database.Read<ImmutableArray<MemoryVersion>>(connection =>
    {
        using var rows = connection.Query(
            "SELECT id, hash, author, session_id, time FROM memory_version WHERE path = ? ORDER BY id DESC", path);
        var versions = ImmutableArray.CreateBuilder<MemoryVersion>();
        while (rows.Next())
            versions.Add(new MemoryVersion(rows.Number(0), rows.Text(1), rows.Text(2), rows.TextOrNull(3), rows.Time(4)));
        return versions.ToImmutable();
    });

    /// <summary>True when the file stands as this program wrote it at some time.</summary>
    public bool IsOwn(string path) => HashAt(path) is { } hash && Versions(path).Any(version => version.Hash == hash && version.Author is not Person);

    /// <summary>What a version held; null when it is lost.</summary>
    public string? TextOf(MemoryVersion version) => BytesOf(version) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The same, byte for byte.</summary>
    public byte[]? BytesOf(MemoryVersion version) => blobs.Get(version.Hash);

    /// <summary>The version that the file holds now; null when somebody has changed it since, or it cannot be read.</summary>
    public MemoryVersion? Current(string path) => HashAt(path) is { } hash ? Versions(path).FirstOrDefault(version => version.Hash == hash) : null;

    /// <summary>Memory files that can be looked up: of the user, of the project, of this session.</summary>
    public IEnumerable<string> Files(string? rootId)
    {
        foreach (var folder in new[] { Path.Combine(root, "global"), ProjectFolder, rootId is null ? "" : SessionFolder(rootId) })
        {
            if (folder.Length > 0 && Directory.Exists(folder))
            {
                foreach (var file in Directory.EnumerateFiles(folder, "*.md", Reachable).Order(StringComparer.Ordinal))
                    yield return file;
            }
        }
    }

    private static byte[] ReadStart(string path, out long length)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        length = file.Length;
        var bytes = new byte[Math.Min(length, LongestRead)];
        file.ReadExactly(bytes);
        return bytes;
    }

    private async Task KeepAsync(string path, byte[] bytes, string author, string? sessionId, CancellationToken cancellationToken)
    {
        var blob = blobs.Prepare(bytes);
        var now = database.Clock.GetUtcNow();
        await database.WriteAsync(
            connection =>
            {
                BlobStore.Add(connection, blob, now);
                return connection.Run(
                    """
                    INSERT INTO memory_version (path, hash, prev_hash, author, session_id, verified, time)
                    VALUES (?1, ?2, (SELECT hash FROM memory_version WHERE path = ?1 ORDER BY id DESC LIMIT 1), ?3, ?4, 0, ?5)
                    """,
                    path, blob.Hash, author, sessionId, Cell.FromTime(now));
            },
            Durability.OnDisk, cancellationToken);
    }

    private static string? HashAt(string path)
    {
        try
        {
            return File.Exists(path) ? HashOf(File.ReadAllBytes(path)) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

/// <summary>What could be read, what is wrong with the file, if anything, and whether the text is all of it.</summary>
internal sealed record MemoryText(string Text, string? Problem, bool IsWhole);

/// <summary>A kept version of a memory file.</summary>
internal sealed record MemoryVersion(long Id, string Hash, string Author, string? SessionId, DateTimeOffset Time);
