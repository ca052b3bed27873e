using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Requests;

/// <summary>A file of the memory. Name is short: project, global, notes, checkpoint, T1, or the path below the memory folder.</summary>
public sealed record RememberedFile(
    string Name, MemoryLayer Layer, string Path, long Bytes, int Lines, DateTimeOffset Updated, string? Problem = null);

/// <summary>Whom a memory file serves.</summary>
public enum MemoryLayer
{
    /// <summary>All projects of the user.</summary>
    [JsonStringEnumMemberName("global")] Global,

    /// <summary>This project.</summary>
    [JsonStringEnumMemberName("project")] Project,

    /// <summary>One session.</summary>
    [JsonStringEnumMemberName("session")] Session,
}

/// <summary>A memory file with its text; Problem says in words what is wrong with it, when something is.</summary>
public sealed record RememberedText(string Name, string Path, string Text, string? Problem = null);

/// <summary>A line of a memory file, counted from 1.</summary>
public sealed record RememberedLine(string Name, string Path, int Line, string Text);

/// <summary>A kept version of a memory file, by whom it was written, and whether it is what the file holds now.</summary>
public sealed record RememberedVersion(
    long Version, DateTimeOffset Time, string Author, long Bytes, bool Current, [property: JsonPropertyName("sessionID")] string? SessionId = null);

/// <summary>Something that was said or done, found again.</summary>
public sealed record RememberedPart(
    long Part,
    string Kind,
    string? Tool,
    [property: JsonPropertyName("sessionID")] string SessionId,
    string SessionTitle,
    [property: JsonPropertyName("messageID")] string MessageId,
    DateTimeOffset Time,
    string Snippet);

/// <summary>A line to be remembered, in the project's memory unless another layer is named.</summary>
public sealed record RememberRequest(string Text, MemoryLayer? Layer = null);

/// <summary>What was found in memory files and, when asked for, in the history.</summary>
public sealed record Recollection(ImmutableArray<RememberedLine> Lines, ImmutableArray<RememberedPart> History);
