using System.Text.RegularExpressions;

namespace MiMoCode.Tests.House;

/// <summary>Names say what a thing is, and files stay as small as their idea.</summary>
internal static partial class Names
{
    private const int LongestFile = 500;

    /// <summary>Names that the wire or the platform gives and that tell two things apart.</summary>
    private static readonly string[] Given = ["SessionInfo"];

    public static IEnumerable<Rule> Rules =>
    [
        Rule.PerFile("No type is called by a word that says nothing",
            source => InProduct(source) ? source.Types.Except(Given).Where(type => Empty().IsMatch(type)) : [],
            new("src/MiMoCode.Engine/Loop/X.cs", "internal sealed class SessionManager;"),
            new("src/MiMoCode.Engine/Loop/X.cs", "internal sealed class Database; // no DatabaseManager")),

        Rule.PerFile("No folder is called by a word that says nothing",
            source => InProduct(source) ? source.Folders.Skip(2).Where(folder => Empty().IsMatch(folder)) : [],
            new("src/MiMoCode.Engine/Helpers/X.cs", ""),
            new("src/MiMoCode.Engine/Loop/X.cs", "")),

        Rule.PerFile($"No file of the product is longer than {LongestFile} lines",
            source => InProduct(source) && source.Text.Count(letter => letter == '\n') is > LongestFile and var lines ? [$"{lines} lines"] : [],
            new("src/MiMoCode.Engine/Loop/X.cs", new string('\n', LongestFile + 1)),
            new("src/MiMoCode.Engine/Loop/X.cs", new string('\n', LongestFile))),

        new("An interface has two implementations or is a plug", OnlyChildren,
            [new("src/A/IThing.cs", "internal interface IThing;"), new("src/A/Thing.cs", "internal sealed class Thing : IThing;")],
            [new("src/A/IThing.cs", "internal interface IThing;"), new("src/A/Thing.cs", "class One : IThing;\nclass Two(int x) : Three, IThing;")]),
    ];

    /// <summary>Seams that others fill, or that the tests fill a second time; they may have one implementation today.</summary>
    private static readonly string[] Plugs =
        ["ITerminal", "IGrants", "IContextSource", "IToolGate", "IStepGate", "IEventSink", "IWindowKeeper", "IInbox", "ITool", "IProvider", "IMimoClient", "IScriptHost"];

    private static IEnumerable<string> OnlyChildren(IReadOnlyList<Source> sources)
    {
        var product = sources.Where(InProduct).ToList();
        foreach (var source in product)
        {
            foreach (var plug in source.Types.Where(type => PlugName().IsMatch(type) && !Plugs.Contains(type) && !source.Folders.Contains("Loop") && !source.Folders.Contains("MiMoCode.Protocol")))
            {
                var implementations = product.Sum(other => Regex.Count(other.CodeWithoutStrings, $@"(?:class|struct|record)\s[^{{;]*[:,]\s*{plug}\b"));
                if (implementations == 1) { yield return $"{source.Path}: {plug} has one implementation"; }
            }
        }
    }

    private static bool InProduct(Source source) => source.IsCode && source.Path.StartsWith("src/", StringComparison.Ordinal);

    [GeneratedRegex(@"(?:Manager|Helpers?|Utils?|Utilities|Impl|Base|Common|Core|Data|Info|Service|V\d)$|^(?:New|Legacy)[A-Z]")]
    private static partial Regex Empty();

    [GeneratedRegex(@"^I[A-Z]")]
    private static partial Regex PlugName();
}
