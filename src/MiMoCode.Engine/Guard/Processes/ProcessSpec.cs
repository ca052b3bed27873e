using System.Collections.Immutable;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>What to run. The environment is the runner's clean one, with these variables over it (null takes one away).</summary>
internal sealed record ProcessSpec(string Program, ImmutableArray<string> Arguments, string Directory)
{
    public ImmutableDictionary<string, string?> Environment { get; init; } = ImmutableDictionary<string, string?>.Empty;

    public ResourceLimits Limits { get; init; } = ResourceLimits.Default;

    /// <summary>Errors go into the output, in the order they were written; Errors stays empty.</summary>
    public bool MergeErrors { get; init; }

    /// <summary>Text for standard input, which then ends; null: there is nothing to read.</summary>
    public ReadOnlyMemory<byte>? Input { get; init; }

    /// <summary>The device that becomes the program's terminal and all of its standard streams; only under supervision.</summary>
    public string? Terminal { get; init; }

    /// <summary>
    /// False starts the program without the helper that watches its descendants: only for programs of known behaviour that
    /// start nothing which outlives them, such as our own git calls.
    /// </summary>
    public bool Supervised { get; init; } = true;

    /// <summary>Variables with those of this program over them.</summary>
    public Dictionary<string, string> Over(IReadOnlyDictionary<string, string> variables)
    {
        var all = new Dictionary<string, string>(variables);
        foreach (var (name, value) in Environment)
        {
            if (value is null)
                all.Remove(name);
            else
                all[name] = value;
        }

        return all;
    }
}

/// <summary>How a program ended: by itself, or by a signal. Left are its descendants that still run.</summary>
internal sealed record ProcessEnd(int? Code, int? Signal, ImmutableArray<int> Left)
{
    /// <summary>The number a shell would show.</summary>
    public int ShellCode => Code ?? 128 + Signal ?? -1;
}

/// <summary>A program could not be started, for this reason.</summary>
internal sealed class ProcessStartException(string message) : Exception(message);
