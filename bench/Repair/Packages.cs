namespace MiMoCode.Bench.Repair;

/// <summary>Which packages may be looked at while the repairer is improved, and which are only reported.</summary>
internal enum Part
{
    Look,
    Report,
}

/// <summary>A package of the npm registry that ships its own tests. Runners are what its test script needs beside its dependencies.</summary>
internal sealed record Package(string Name, string Version, params string[] Runners)
{
    public string Id => $"{Name}@{Version}";
}

/// <summary>The fixed list: versions that ship tests which run on today's Node without a linter in front.</summary>
internal static class Packages
{
    private const string Tape = "tape@4.17.0";
    private const string Mocha = "mocha@6.2.3";

    public static Package[] All { get; } =
    [
        new("binary-search", "1.3.6", Mocha, "chai@4.5.0"),
        new("binary-search-bounds", "2.0.3", Tape),
        new("bit-twiddle", "1.0.2", Tape),
        new("camelize", "1.0.0", Tape),
        new("color-convert", "0.5.3"),
        new("color-string", "0.3.0"),
        new("concat-map", "0.0.1", Tape),
        new("damerau-levenshtein", "1.0.4", Mocha),
        new("dateformat", "1.0.12", Mocha, "underscore@1.13.7"),
        new("deep-equal", "1.0.1", Tape),
        new("ent", "2.2.0", Tape),
        new("fraction.js", "3.3.1", Mocha),
        new("glob-to-regexp", "0.4.1"),
        new("inherits", "2.0.1"),
        new("interval-tree-1d", "1.0.3", Tape),
        new("json-pointer", "0.6.0", Mocha, "chai@4.5.0", "seamless-immutable@7.1.4"),
        new("json-stable-stringify", "1.0.1", Tape),
        new("leb", "0.3.0"),
        new("ltgt", "2.2.1", Tape),
        new("point-in-polygon", "1.0.1", Tape),
        new("priorityqueuejs", "1.0.0", Mocha, "expect.js@0.3.1"),
        new("robust-orientation", "1.1.3", Tape),
        new("roman-numerals", "0.3.2", Mocha),
        new("shell-quote", "1.7.2", Tape),
        new("sprintf-js", "1.0.3", Mocha),
        new("toposort", "1.0.7", "vows@0.8.3"),
        new("traverse", "0.6.6", Tape),
        new("union-find", "1.0.2", Tape),
        new("uniq", "1.0.1", Tape),
        new("varint", "6.0.0", Tape),
        new("wildcard", "1.1.2", Tape),
        new("xtend", "4.0.2", Tape),
    ];

    /// <summary>Every second package, so that nobody chose.</summary>
    public static IEnumerable<Package> Of(Part part) => All.Where((_, index) => index % 2 == (int)part);
}
