using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Protocol.Json;

namespace MiMoCode.Protocol.Messages;

/// <summary>What people see of a tool's work. Doors draw these kinds, never tools. Travels as the metadata of a tool part.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(DiffDetails), "diff")]
[JsonDerivedType(typeof(FileDetails), "file")]
[JsonDerivedType(typeof(CommandDetails), "command")]
[JsonDerivedType(typeof(TableDetails), "table")]
[JsonDerivedType(typeof(TextDetails), "text")]
public abstract record Details
{
    /// <summary>The metadata of a tool part that shows these details; an empty object, which the wire requires, for none.</summary>
    public static JsonElement ToMetadata(Details? details) =>
        details is null ? EmptyJson.Object : JsonSerializer.SerializeToElement(details, ProtocolJson.Default.Details);

    /// <summary>The details in a tool part's metadata; null where there are none that this version knows.</summary>
    public static Details? FromMetadata(JsonElement? metadata)
    {
        if (metadata is not { ValueKind: JsonValueKind.Object } json || !json.TryGetProperty("kind", out _))
            return null;
        try
        {
            return json.Deserialize(ProtocolJson.Default.Details);
        }
        catch (JsonException)
        {
            // A later version's kind: shown as plain output.
            return null;
        }
    }
}

/// <summary>One or more files changed; the diff is unified.</summary>
public sealed record DiffDetails(string FilePath, string Diff, int Additions = 0, int Deletions = 0) : Details;

/// <summary>A file was looked at, from a line on (counted from 1).</summary>
public sealed record FileDetails(string FilePath, int FirstLine = 1, int Lines = 0, bool Truncated = false) : Details
{
    /// <summary>The SHA-256 of the whole file as it stood; null where that is not known.</summary>
    public string? Hash { get; init; }
}

/// <summary>A command ran; Exit is null while it runs and when a signal ended it.</summary>
public sealed record CommandDetails(string Command, string Output, int? Exit = null, string? Description = null) : Details;

/// <summary>Rows of equal length under their headings.</summary>
public sealed record TableDetails(ImmutableArray<string> Columns, ImmutableArray<ImmutableArray<string>> Rows) : Details;

/// <summary>Text, for instance a count of what was found.</summary>
public sealed record TextDetails(string Text) : Details;
