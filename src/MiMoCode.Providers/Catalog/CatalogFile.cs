using System.Collections.Immutable;
using System.Text.Json;

namespace MiMoCode.Providers.Catalog;

/// <summary>
/// The bytes of a catalogue and where each provider stands in them. Finding the places takes a few milliseconds for the megabytes of
/// models.dev; a provider is parsed when it is asked for.
/// </summary>
internal sealed class CatalogFile(ReadOnlyMemory<byte> json, ImmutableArray<(string Id, Range Place)> providers)
{
    private static readonly CatalogFile Empty = new(default, []);

    public ImmutableArray<string> Ids => [.. providers.Select(provider => provider.Id)];

    /// <summary>Bytes that are no object make an empty one.</summary>
    public static CatalogFile Read(byte[] json)
    {
        try
        {
            var found = ImmutableArray.CreateBuilder<(string, Range)>();
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
                return Empty;
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var id = reader.GetString()!;
                reader.Read();
                var (start, isObject) = ((int)reader.TokenStartIndex, reader.TokenType is JsonTokenType.StartObject);
                reader.Skip();
                if (isObject)
                    found.Add((id, start..(int)reader.BytesConsumed));
            }

            return new CatalogFile(json, found.ToImmutable());
        }
        catch (JsonException)
        {
            return Empty;
        }
    }

    public JsonElement? Find(string id)
    {
        foreach (var (known, place) in providers)
        {
            if (known != id)
                continue;
            using var parsed = JsonDocument.Parse(json[place]);
            return parsed.RootElement.Clone();
        }

        return null;
    }
}
