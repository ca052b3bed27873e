using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Requests;

/// <summary>A terminal that a person has opened. Pid: the process that ends when the terminal does.</summary>
public sealed record Pty(
    string Id, string Title, string Command, ImmutableArray<string> Args, string Cwd, PtyStatus Status, int Pid, int? ExitCode = null);

/// <summary>Whether the program of a terminal runs.</summary>
public enum PtyStatus
{
    /// <summary>It runs.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>It has ended; what it wrote can still be read.</summary>
    [JsonStringEnumMemberName("exited")] Exited,
}

/// <summary>A wish for a terminal; without a command it is the person's shell, without a folder the workspace's.</summary>
public sealed record CreatePty(
    string? Command = null, ImmutableArray<string>? Args = null, string? Cwd = null, string? Title = null, ImmutableDictionary<string, string>? Env = null);

/// <summary>What of a terminal is to be another.</summary>
public sealed record UpdatePty(string? Title = null, PtySize? Size = null);

/// <summary>How much fits on a terminal.</summary>
public sealed record PtySize(int Rows, int Cols);
