using System.Collections.Immutable;
using MiMoCode.Providers.Offline.Faults;

namespace MiMoCode.Providers.Offline.Reports;

/// <summary>What the output of a test run says, whatever program printed it.</summary>
internal sealed record FailureReport
{
    /// <summary>Names of the tests that failed.</summary>
    public ImmutableHashSet<string> Failed { get; init; } = [];

    /// <summary>Names of the tests that passed, where the report names them.</summary>
    public ImmutableHashSet<string> Passed { get; init; } = [];

    /// <summary>How many tests passed, by the report's own count; null where it gives none.</summary>
    public int? PassedCount { get; init; }

    /// <summary>Places in files that the report points to, the first one first.</summary>
    public ImmutableArray<Place> Places { get; init; } = [];

    /// <summary>Expected and actual values.</summary>
    public ImmutableArray<Mismatch> Mismatches { get; init; } = [];

    /// <summary>Lines that say what went wrong.</summary>
    public ImmutableArray<string> Messages { get; init; } = [];

    /// <summary>Names that a runtime or a compiler says are defined nowhere.</summary>
    public ImmutableArray<string> UndefinedNames { get; init; } = [];

    /// <summary>Modules that could not be found.</summary>
    public ImmutableArray<string> MissingModules { get; init; } = [];

    /// <summary>Everything that was printed, without what changes from run to run; equal runs have equal texts.</summary>
    public string Fingerprint { get; init; } = "";
}

/// <summary>A line of a file, counted from 1, as a report or a stack trace names it.</summary>
internal sealed record Place(string Path, int Line);
