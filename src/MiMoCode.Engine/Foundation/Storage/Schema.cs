using System.Globalization;
using MiMoCode.Protocol;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// Brings a file to the present version. The scripts are the versions in their order: the first creates everything, each later
/// one changes what the one before it left.
/// </summary>
internal sealed class Schema(params IReadOnlyList<string> scripts)
{
    // "MiMo", so that file(1) and other programs can tell whose database it is.
    private const long ApplicationId = 0x4D694D6F;

    /// <summary>The versions of this program.</summary>
    public static Schema Present => new(Script("schema.sql"));

    /// <summary>The text of a script that is embedded in the program.</summary>
    public static string Script(string name)
    {
        using var stream = typeof(Schema).Assembly.GetManifestResourceStream("sql/" + name)
            ?? throw new InvalidOperationException($"The program lacks sql/{name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>
    /// The identity of the database, after its tables were created or brought up to date. Throws a <see cref="UserException"/>
    /// when the file is another program's or a newer version's; it is left as it is.
    /// </summary>
    public string Prepare(Connection connection, string path)
    {
        if (VersionOf(connection, path) < scripts.Count)
            Upgrade(connection, path);
        return connection.Text("SELECT v FROM meta WHERE k = 'id'") ?? throw StorageFailure.Damaged(path, "it has no identity");
    }

    private long VersionOf(Connection connection, string path)
    {
        var version = connection.Number("PRAGMA user_version") ?? 0;
        var owner = connection.Number("PRAGMA application_id") ?? 0;
        var isEmpty = owner == 0 && version == 0 && connection.Number("SELECT 1 FROM sqlite_schema LIMIT 1") is null;
        if (!isEmpty && owner != ApplicationId)
            throw StorageFailure.Damaged(path, "it belongs to another program");
        if (version > scripts.Count)
        {
            throw new UserException(
                $"{path} was written by a newer MiMoCode (version {version}, this one knows {scripts.Count}). "
                + "Update this program, or name another database with MIMOCODE_DB.");
        }

        return version;
    }

    private void Upgrade(Connection connection, string path)
    {
        // Only possible outside a transaction; where shared memory is missing the file keeps its old journal and still works.
        connection.Run("PRAGMA journal_mode = WAL");
        connection.Run("BEGIN IMMEDIATE");
        try
        {
            // Another process may have been first.
            for (var version = (int)VersionOf(connection, path); version < scripts.Count; version++)
            {
                connection.Script(scripts[version]);
                if (version == 0)
                    connection.Run("INSERT INTO meta VALUES ('id', ?)", Guid.NewGuid().ToString("n"));
            }

            connection.Script(string.Create(
                CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {scripts.Count};"));
            connection.Run("COMMIT");
        }
        catch
        {
            if (!connection.IsIdle)
                connection.Run("ROLLBACK");
            throw;
        }
    }
}
