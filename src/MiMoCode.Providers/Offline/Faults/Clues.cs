using System.Collections.Immutable;
using MiMoCode.Providers.Offline.Code;
using MiMoCode.Providers.Offline.Reports;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>What a test expected and what it got instead, as the report printed both.</summary>
internal sealed record Mismatch(string Expected, string Actual);

/// <summary>What the report of the tests says about values; repairs are weighed and, for texts, made by it.</summary>
internal sealed record Clues(ImmutableArray<Mismatch> Mismatches)
{
    public static Clues None { get; } = new([]);

    public static Clues Of(FailureReport report, IReadOnlyList<SourceFile> files) => new(report.Mismatches)
    {
        Vocabulary = Vocabulary.Of(files), UndefinedNames = report.UndefinedNames, MissingModules = report.MissingModules,
    };

    /// <summary>Words that the project spells often enough to be right.</summary>
    public Vocabulary Vocabulary { get; init; } = Vocabulary.Empty;

    /// <summary>Names that are used and defined nowhere.</summary>
    public ImmutableArray<string> UndefinedNames { get; init; } = [];

    /// <summary>Modules that are asked for and are not there.</summary>
    public ImmutableArray<string> MissingModules { get; init; } = [];

    /// <summary>Some test got a truth where it expected the other.</summary>
    public bool Truth { get; } = Mismatches.Any(pair => IsTruth(pair.Expected) && IsTruth(pair.Actual));

    /// <summary>Some number is one too many or one too few.</summary>
    public bool OffByOne { get; } = Mismatches.Any(pair =>
        double.TryParse(pair.Expected, out var expected) && double.TryParse(pair.Actual, out var actual) && Math.Abs(expected - actual) is 1);

    /// <summary>Some number is wrong by more than one.</summary>
    public bool Number { get; } = Mismatches.Any(pair =>
        double.TryParse(pair.Expected, out var expected) && double.TryParse(pair.Actual, out var actual) && Math.Abs(expected - actual) is not 1);

    private static bool IsTruth(string value) => value.ToLowerInvariant() is "true" or "false";
}
