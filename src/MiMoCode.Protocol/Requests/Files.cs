using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Protocol.Requests;

/// <summary>A file or folder, as lists of them show it. Type is file or directory.</summary>
public sealed record FileNode(string Name, string Path, string Absolute, string Type, bool Ignored);

/// <summary>What a file holds: text, or bytes as base64.</summary>
public sealed record FileContent(string Type, string Content, string? Encoding = null, string? MimeType = null);

/// <summary>A file that differs from the last commit, by lines.</summary>
public sealed record FileStatus(string Path, int Added, int Removed, FileChange Status);

/// <summary>Which paths are looked for. Directories: null for both, true for folders only, false for files only.</summary>
public sealed record FileQuery(string Text, bool? Directories = null, int Limit = 100);

/// <summary>A line that was found.</summary>
public sealed record TextMatch(
    MatchText Path,
    MatchText Lines,
    [property: JsonPropertyName("line_number")] int LineNumber,
    [property: JsonPropertyName("absolute_offset")] long AbsoluteOffset,
    ImmutableArray<SubMatch> Submatches);

/// <summary>Text, as the wire of searches wraps it.</summary>
public sealed record MatchText(string Text);

/// <summary>Where in the line it was found.</summary>
public sealed record SubMatch(MatchText Match, int Start, int End);

/// <summary>The branch that is checked out, and the one that others start from.</summary>
public sealed record VcsState(string? Branch = null, [property: JsonPropertyName("default_branch")] string? DefaultBranch = null);
