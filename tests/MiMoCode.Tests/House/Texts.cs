using System.Text.RegularExpressions;

namespace MiMoCode.Tests.House;

/// <summary>Texts: each has its use, its place, and nothing of anybody's machine.</summary>
internal static partial class Texts
{
    public static IEnumerable<Rule> Rules =>
    [
        new("Every asset is used: its path or its folder is named in the code", UnusedAssets,
            [new("assets/prompts/old.md", "hi"), new("src/MiMoCode.Engine/X.cs", "Read(\"prompts/new.md\")")],
            [new("assets/prompts/new.md", "hi"), new("assets/themes/dark.json", "{}"), new("src/MiMoCode.Engine/X.cs", "Read(\"prompts/new.md\") + List(\"themes/\")")]),

        new("Each tool has its text beside it", ToolsWithoutText,
            [new("src/MiMoCode.Engine/Tools/Read.cs", "class ReadTool : Tool<ReadArgs>(\"read\", x)")],
            [new("src/MiMoCode.Engine/Tools/Read.cs", "class ReadTool : Tool<ReadArgs>(\"read\", x)"), new("src/MiMoCode.Engine/Tools/read.md", "Reads.")]),

        Rule.PerFile("Lock files name no registry",
            source => source.Name is "package-lock" ? Address().Matches(source.Text).Select(match => match.Value) : [],
            new("tests/clients/package-lock.json", "\"resolved\": \"https://registry.example/openai.tgz\""),
            new("tests/clients/package-lock.json", "\"integrity\": \"sha512-abc\"")),

        Rule.PerFile("No path of somebody's machine",
            source => OwnPath().Matches(source.Text).Select(match => match.Value),
            new("docs/notes.md", "see /wor" + "k/wt/notes"),
            new("docs/notes.md", "see homework/notes")),

        Rule.PerFile("No mark of an unfinished merge, and only line feeds",
            source => MergeMark().Matches(source.Text).Select(match => match.Value.Trim())
                .Concat(source.IsCode && source.Text.Contains('\r', StringComparison.Ordinal) ? ["a carriage return"] : []),
            new("README.md", "<<<<<<" + "< main\n"),
            new("README.md", "a << 7\n")),
    ];

    /// <summary>The tools that are declared: the name the model sees, and the type of its arguments.</summary>
    public static IEnumerable<(Source Source, string Name, string Arguments)> Tools(IEnumerable<Source> sources) =>
        from source in sources
        where source.IsCode && source.Path.StartsWith("src/MiMoCode.Engine/", StringComparison.Ordinal)
        from Match match in ToolDeclaration().Matches(source.Text)
        select (source, match.Groups["name"].Value, match.Groups["args"].Value);

    private static IEnumerable<string> ToolsWithoutText(IReadOnlyList<Source> sources) =>
        from tool in Tools(sources)
        let text = string.Join('/', [.. tool.Source.Folders, tool.Name + ".md"])
        where !sources.Any(source => source.Path == text)
        select $"{text} is missing";

    private static IEnumerable<string> UnusedAssets(IReadOnlyList<Source> sources)
    {
        var code = string.Join('\n', sources.Where(source => source.Path.StartsWith("src/", StringComparison.Ordinal)).Select(source => source.Text));
        var assets = sources.Where(source => source.Path.StartsWith("assets/", StringComparison.Ordinal)).ToList();
        foreach (var path in assets.Select(asset => asset.Path["assets/".Length..]))
        {
            var folders = path.Split('/')[..^1];
            var named = code.Contains($"\"{path}\"", StringComparison.Ordinal)
                || Enumerable.Range(1, folders.Length).Any(depth => ListsFolder(code, string.Join('/', folders[..depth])));
            if (!named) { yield return $"assets/{path} is used by nothing"; }
        }
    }

    /// <summary>A folder is listed where it is named with its closing slash, or filled in: "themes/" or $"agents/{name}.md".</summary>
    private static bool ListsFolder(string code, string folder) => Regex.IsMatch(code, $"\"{Regex.Escape(folder)}/(?:\"|\\{{)");

    [GeneratedRegex(@":\s*Tool<(?<args>\w+)>\(\s*""(?<name>\w+)""")]
    private static partial Regex ToolDeclaration();

    [GeneratedRegex(@"https?:[^\s""]*")]
    private static partial Regex Address();

    [GeneratedRegex(@"(?<![\w./-])/work/[\w.]+")]
    private static partial Regex OwnPath();

    [GeneratedRegex(@"^(?:<{7}|>{7}|\|{7}) ", RegexOptions.Multiline)]
    private static partial Regex MergeMark();
}
