namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>Forgets contents that nothing speaks of any more, a day after they were stored at the earliest.</summary>
internal sealed class BlobSweep(Database database)
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);
    private readonly string root = Path.Combine(Path.GetDirectoryName(database.Path)!, "blob");

    /// <summary>How many contents went.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var before = database.Clock.GetUtcNow() - Grace;
        var rows = await database.WriteAsync(
            connection => connection.Run(
                """
                DELETE FROM blob WHERE time < ? AND hash NOT IN (
                  SELECT blob FROM part WHERE blob IS NOT NULL
                  UNION SELECT system FROM window UNION SELECT tools FROM window
                  UNION SELECT before_hash FROM edit WHERE before_hash IS NOT NULL
                  UNION SELECT after_hash FROM edit WHERE after_hash IS NOT NULL
                  UNION SELECT hash FROM memory_version)
                """,
                Cell.FromTime(before)),
            Durability.Committed, cancellationToken);
        if (Directory.Exists(root))
        {
            foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (File.GetLastWriteTimeUtc(file) < before.UtcDateTime && !IsKnown(Path.GetFileName(file)))
                    File.Delete(file);
            }
        }

        return rows;
    }

    private bool IsKnown(string hash) => database.Read(connection => connection.Number("SELECT 1 FROM blob WHERE hash = ?", hash) is not null);
}
