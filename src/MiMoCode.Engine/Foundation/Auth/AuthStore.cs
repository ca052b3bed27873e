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
    private const int MostPauses = 1_200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

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

    /// <summary>
    /// Waits until no other process renews a credential, and keeps them waiting until it is disposed. A process that ends gives its turn
    /// back, however it ends.
    /// </summary>
    public async Task<IDisposable> RenewalAsync(CancellationToken cancellationToken)
    {
        FileStream? held = null;
        await WaitAsync(() => (held = TryLock(path + ".renewal")) is not null, cancellationToken);
        return held!;
    }

    /// <summary>Stores what a credential became, unless it was changed by somebody else meanwhile. Returns the one that holds now.</summary>
    /// <exception cref="UserException">The file is damaged.</exception>
    public async Task<Credential?> ReplaceAsync(string providerId, Credential old, Credential fresh, CancellationToken cancellationToken)
    {
        Credential? holds = null;
        await WaitAsync(
            () => TryChange(entries =>
            {
                holds = Parse((entries ?? throw Damaged)[Name(providerId)]);
                if (holds?.Refresh != old.Refresh || holds?.Access != old.Access)
                    return null;
                entries[Name(providerId)] = JsonSerializer.SerializeToNode(holds = fresh, AuthJson.Default.Credential);
                return entries;
            }),
            cancellationToken);
        return holds;
    }

    private UserException Busy => new($"Another mimo is changing {path} right now. Try again.");

    // A minute is longer than anybody holds a lock.
    private async Task WaitAsync(Func<bool> isDone, CancellationToken cancellationToken)
    {
        CreateFolder();
        for (var pauses = 0; !isDone(); pauses++)
        {
            if (pauses == MostPauses)
                throw Busy;
            await Task.Delay(Pause, clock, cancellationToken);
        }
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
        if (!TryChange(change))
            throw Busy;
    }

    /// <summary>False when another process is changing the file.</summary>
    private bool TryChange(Func<JsonObject?, JsonObject?> change)
    {
        CreateFolder();
        using var held = TryLock(path + ".lock");
        if (held is null)
            return false;
        if (change(Read()) is not { } entries)
            return true;

        // Written whole beside the old file and then renamed: a crash leaves the one or the other.
        var fresh = $"{path}.{RandomNumberGenerator.GetHexString(8)}";
        using (var stream = Open(fresh, FileMode.CreateNew, FileShare.None))
        {
            using (var writer = new Utf8JsonWriter(stream, new() { Indented = true }))
                entries.WriteTo(writer);
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
        return true;
    }

    private void CreateFolder()
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
    }

    // Null: another process holds it.
    private static FileStream? TryLock(string file)
    {
        try
        {
            return Open(file, FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException)
        {
            return null;
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
