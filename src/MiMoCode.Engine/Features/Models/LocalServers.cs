using System.Text.Json;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Models;

/// <summary>Looks for a model server on this machine, where the usual ones listen. All are asked at once, for a moment.</summary>
internal sealed class LocalServers(HttpMessageHandler handler, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private static readonly (string ProviderId, string Url)[] Usual =
    [
        ("ollama", "http://127.0.0.1:11434/v1/models"),
        ("lmstudio", "http://127.0.0.1:1234/v1/models"),
        ("llama.cpp", "http://127.0.0.1:8080/v1/models"),
        ("vllm", "http://127.0.0.1:8000/v1/models"),
    ];

    /// <summary>The first model of the first server that answers; null when none does.</summary>
    public async Task<ModelRef?> FindAsync(CancellationToken cancellationToken)
    {
        using var impatient = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(impatient.Token, cancellationToken);
        var asked = Usual.Select(server => AskAsync(server.ProviderId, server.Url, both.Token)).ToList();
        var answers = await Task.WhenAll(asked);
        cancellationToken.ThrowIfCancellationRequested();
        return answers.FirstOrDefault(answer => answer is not null);
    }

    private async Task<ModelRef?> AskAsync(string providerId, string url, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new HttpClient(handler, disposeHandler: false);
            using var answer = await client.GetAsync(new Uri(url), cancellationToken);
            if (!answer.IsSuccessStatusCode)
                return null;
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            using var json = await JsonDocument.ParseAsync(body, default, cancellationToken);
            var id = json.RootElement.GetProperty("data")[0].GetProperty("id").GetString();
            return id is null ? null : new ModelRef(providerId, id);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException
            or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or IOException)
        {
            // Something else listens there, or nothing does.
            return null;
        }
    }
}
