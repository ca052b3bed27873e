using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiMoCode.Protocol;

namespace MiMoCode.Engine.Foundation.Auth;

/// <summary>
/// The keys in auth.json, readable by its owner alone. Each change reads the file anew under a lock and touches one entry, so no
/// other key is lost, whoever wrote it. A damaged file is put aside before a new one is begun.
/// </summary>
internal sealed class AuthStore(string path, TimeProvider clock)
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where the keys lie.</summary>
    public string Path => path;

    /// <summary>The credential of a provider, or null.</summary>
    /// <exception cref="UserException">The file is damaged.</exception>
    public Credential? Find(string providerId) => All().GetValueOrDefault(Name(providerId));

    /// <summary>All credentials that can be understood, by provider.</summary>
    /// <exception cref="UserException">The file is damaged.</exception>
    public IReadOnlyDictionary<string, Credential> All()
    {
        var found = new SortedDictionary<string, Credential>(StringComparer.Ordinal);
        foreach (var (name, value) in Read() ?? throw Damaged)
        {
            if (Parse(value) is { } credential)
                found[name] = credential;
        }

        return found;
    }

    /// <summary>Stores one credential. Returns where a damaged file was put, or null.</summary>
    public string? Set(string providerId, Credential credential)
    {
        string? aside = null;
        Change(entries =>
        {
            aside = entries is null ? PutAside() : null;
            entries ??= [];
            entries[Name(providerId)] = JsonSerializer.SerializeToNode(credential, AuthJson.Default.Credential);
            return entries;
        });
        return aside;
    }

    /// <summary>Forgets one credential; false when there was none.</summary>
    public bool Remove(string providerId)
    {
        var removed = false;
        Change(entries =>
        {
            removed = entries?.Remove(Name(providerId)) ?? false;
            return removed ? entries : null;
        });
        return removed;
    }

    private UserException Damaged =>
        new($"{path} is damaged: it is not JSON. Log in again with mimo auth login; the damaged file will be kept beside it.");

    private static string Name(string providerId) => providerId.TrimEnd('/');

    private static Credential? Parse(JsonNode? node)
    {
        try
        {
            return node.Deserialize(AuthJson.Default.Credential) is { Type: not null } credential ? credential : null;
        }
        catch (JsonException)
        {
            return null; // An entry of another program or version: kept in the file, not used.
        }
    }

    // Null: the file is damaged. Empty: there is none.
    private JsonObject? Read()
    {
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) as JsonObject : [];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Change(Func<JsonObject?, JsonObject?> change)
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
        using var held = Lock();
        if (change(Read()) is not { } entries)
            return;

        // Written whole beside the old file and then renamed: a crash leaves the one or the other.
        var fresh = $"{path}.{RandomNumberGenerator.GetHexString(8)}";
        using (var stream = Open(fresh, FileMode.CreateNew, FileShare.None))
        {
            using (var writer = new Utf8JsonWriter(stream, new() { Indented = true }))
                entries.WriteTo(writer);
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
    }

    private FileStream Lock()
    {
        try
        {
            return Open(path + ".lock", FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException)
        {
            throw new UserException($"Another mimo is changing {path} right now. Try again.");
        }
    }

    private string PutAside()
    {
        var aside = $"{path}.corrupt-{clock.GetUtcNow():yyyyMMddHHmmss}";
        File.Move(path, aside, overwrite: true);
        return aside;
    }

    private static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Owner;
        return new(path, options);
    }
}
