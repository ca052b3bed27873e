using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Protocol;
using MiMoCode.Providers;
using MiMoCode.Providers.Catalog;

namespace MiMoCode.Engine.Features.Models;

/// <summary>
/// What is known about models beyond the program's own list: a copy of models.dev, and what endpoints said themselves. Nothing is
/// fetched unless a person asks for it; from then on a copy that has grown old is fetched again where somebody looks at models.
/// </summary>
internal sealed class CatalogueFiles(EnvironmentVariables environment, Folders folders, TimeProvider clock)
{
    private const string Default = "https://models.dev/api.json";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Old = TimeSpan.FromDays(1);

    /// <summary>MIMOCODE_MODELS_PATH: this file and nothing else.</summary>
    public string? Pinned => environment["MIMOCODE_MODELS_PATH"];

    /// <summary>Where it is fetched from.</summary>
    public Uri Address
    {
        get
        {
            var text = environment["MIMOCODE_MODELS_URL"] ?? Default;
            if (!text.EndsWith(".json", StringComparison.Ordinal))
                text = text.TrimEnd('/') + "/api.json";
            return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                ? url : throw new UserException($"MIMOCODE_MODELS_URL is not an http address: {text}");
        }
    }

    private string Copy => Path.Combine(folders.Cache, environment["MIMOCODE_MODELS_URL"] is { } other
        ? $"models-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(other)))[..16]}.json" : "models.json");

    private string Discovered => Path.Combine(folders.Cache, "models-discovered.json");

    /// <summary>When the copy was fetched; null when there is none.</summary>
    public DateTimeOffset? Fetched => Pinned is null && File.Exists(Copy) ? File.GetLastWriteTimeUtc(Copy) : null;

    /// <summary>A person asked for a copy once, and it has grown old.</summary>
    public bool IsOld => !environment.IsOn("MIMOCODE_DISABLE_MODELS_FETCH") && Fetched is { } time && clock.GetUtcNow() - time > Old;

    /// <summary>Everything that is known; read when it is asked for.</summary>
    public ModelCatalog Open() => ModelCatalog.BuiltIn().Under(() => ReadOrEmpty(Pinned ?? Copy)).With(() => ReadOrEmpty(Discovered));

    /// <summary>Fetches the copy. What is there stays as it is when that fails.</summary>
    /// <returns>How many models it lists.</returns>
    /// <exception cref="UserException">It cannot be had, and why.</exception>
    public async Task<int> FetchAsync(HttpMessageHandler handler, CancellationToken cancellationToken)
    {
        var address = Address;
        using var impatient = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(impatient.Token, cancellationToken);
        try
        {
            using var client = new HttpClient(handler, disposeHandler: false);
            using var answer = await client.GetAsync(address, both.Token);
            if (!answer.IsSuccessStatusCode)
                throw new UserException($"{address.Authority} answered {(int)answer.StatusCode}; the list of models stays as it is.", exitCode: 1);
            var bytes = await answer.Content.ReadAsByteArrayAsync(both.Token);
            var catalog = ModelCatalog.Read(bytes);
            var count = catalog.Ids.Sum(id => catalog.Find(id)?.Models.Count ?? 0);
            if (count is 0)
                throw new UserException($"{address.Authority} answered with something that is no list of models; what is there stays as it is.", exitCode: 1);
            await WriteAsync(Copy, bytes, cancellationToken);
            return count;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new UserException($"{address.Authority} cannot be reached: {failure.Message} The list of models stays as it is.", exitCode: 1);
        }
    }

    /// <summary>Keeps what an endpoint said it has.</summary>
    public Task KeepAsync(string providerId, IEnumerable<Model> models, CancellationToken cancellationToken)
    {
        var all = Parse(ReadOrEmpty(Discovered)) as JsonObject ?? [];
        var listed = new JsonObject();
        foreach (var model in models)
        {
            listed[model.Id] = new JsonObject
            {
                ["name"] = model.Name,
                ["limit"] = new JsonObject { ["context"] = model.ContextLimit, ["output"] = model.OutputLimit },
            };
        }

        all[providerId] = new JsonObject { ["models"] = listed };
        return WriteAsync(Discovered, Encoding.UTF8.GetBytes(all.ToJsonString()), cancellationToken);
    }

    private static JsonNode? Parse(byte[] json)
    {
        try
        {
            return json.Length is 0 ? null : JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private byte[] ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return path == Pinned ? throw new UserException($"MIMOCODE_MODELS_PATH names a file that cannot be read: {failure.Message}") : [];
        }
    }

    private static async Task WriteAsync(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var fresh = $"{path}.{RandomNumberGenerator.GetHexString(8)}";
        await File.WriteAllBytesAsync(fresh, bytes, cancellationToken);
        File.Move(fresh, path, overwrite: true);
    }
}
