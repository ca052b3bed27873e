namespace MiMoCode.Tests.House;

/// <summary>
/// A rule of the house: it names what breaks it in a set of files, one line each. The sample breaks it and proves that it can be broken;
/// the counter-sample is like it but fine.
/// </summary>
internal sealed record Rule(string Name, Func<IReadOnlyList<Source>, IEnumerable<string>> Broken, Source[] Sample, Source[] Fine)
{
    /// <summary>A rule that looks at one file at a time.</summary>
    public static Rule PerFile(string name, Func<Source, IEnumerable<string>> broken, Source sample, Source fine) =>
        new(name, sources => sources.SelectMany(source => broken(source).Select(what => $"{source.Path}: {what}")), [sample], [fine]);
}
