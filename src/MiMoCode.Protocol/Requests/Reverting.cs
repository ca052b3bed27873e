using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Protocol.Requests;

/// <summary>
/// Takes back what was said, what was done to files, or both, from a message on; from the last prompt on when none is named. A part
/// stands for its message. With Preview nothing happens: the answer says what would.
/// </summary>
public sealed record RevertRequest(
    [property: JsonPropertyName("messageID")] string? MessageId = null,
    [property: JsonPropertyName("partID")] string? PartId = null,
    RevertScope? Scope = null,
    bool? Preview = null);

/// <summary>What is taken back.</summary>
public enum RevertScope
{
    /// <summary>The conversation and the files.</summary>
    [JsonStringEnumMemberName("both")] Both,

    /// <summary>The files; the conversation goes on.</summary>
    [JsonStringEnumMemberName("files")] Files,

    /// <summary>The conversation; the files stay.</summary>
    [JsonStringEnumMemberName("talk")] Talk,
}

/// <summary>What became of the session and of each file. Notes say what could not be known or done.</summary>
public sealed record RevertResult(SessionInfo Session, ImmutableArray<RevertedFile> Files, ImmutableArray<string> Notes);

/// <summary>What became of one file; the patch leads from what it held to what it holds. Reason says why it was left alone.</summary>
public sealed record RevertedFile(
    string File, RevertOutcome Outcome, string Patch = "", int Additions = 0, int Deletions = 0, string? Reason = null);

/// <summary>How a file came through.</summary>
public enum RevertOutcome
{
    /// <summary>It holds what it held before.</summary>
    [JsonStringEnumMemberName("restored")] Restored,

    /// <summary>Somebody else changed it too; only the agent's changes were taken out.</summary>
    [JsonStringEnumMemberName("merged")] Merged,

    /// <summary>It was so already.</summary>
    [JsonStringEnumMemberName("unchanged")] Unchanged,

    /// <summary>It was left alone, because something of somebody else's would have been lost.</summary>
    [JsonStringEnumMemberName("refused")] Refused,
}

/// <summary>What the agent changed and what still stands of it. Notes say what is not known.</summary>
public sealed record SessionChanges(ImmutableArray<FileDiff> Files, ImmutableArray<string> Notes);
