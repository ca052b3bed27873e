namespace MiMoCode.Tests.House;

/// <summary>Who may use whom. The compiler keeps the assemblies apart; these keep the folders apart.</summary>
internal static class Layers
{
    /// <summary>The folders of the engine from the ground up: each may use those before it.</summary>
    private static readonly string[] Engine = ["Foundation", "Loop", "Guard", "Tools", "Features"];

    /// <summary>Features that may use another feature.</summary>
    private static readonly Dictionary<string, string[]> Friends = new()
    {
        ["Checkpoints"] = ["Subagents"],
        ["Maintenance"] = ["Subagents", "Memory"],
        ["Titles"] = ["Subagents"],
        ["Goals"] = ["Subagents"],
        ["Workflows"] = ["Subagents"],
        ["Compaction"] = ["Checkpoints", "Memory", "Subagents", "Tasks"],
    };

    private static readonly string[] Doors = ["Cli", "Tui", "Server", "Acp"];

    /// <summary>What doors must not touch: they ask the client instead.</summary>
    private static readonly string[] BehindTheDoors = ["MiMoCode.Engine.Tools", "MiMoCode.Engine.Foundation.Storage", "MiMoCode.Engine.Loop", "MiMoCode.Providers"];

    public static IEnumerable<Rule> Rules =>
    [
        Rule.PerFile("The engine's folders use only what lies below them",
            source => Below("MiMoCode.Engine", source) is [var own, ..] && Array.IndexOf(Engine, own) is >= 0 and var floor
                ? source.Uses.Where(use => Array.IndexOf(Engine, Part(use, 2)) > floor)
                : [],
            new("src/MiMoCode.Engine/Loop/AgentLoop.cs", "using MiMoCode.Engine.Tools;\nnamespace MiMoCode.Engine.Loop;"),
            new("src/MiMoCode.Engine/Tools/Read.cs", "using MiMoCode.Engine.Loop;\nnamespace MiMoCode.Engine.Tools;")),

        Rule.PerFile("A feature uses another one only where the table says so",
            source => Below("MiMoCode.Engine", source) is ["Features", var own, ..]
                ? source.Uses.Where(use => Part(use, 2) == "Features" && Part(use, 3) is { Length: > 0 } other && other != own && !Friends.GetValueOrDefault(own, []).Contains(other))
                : [],
            new("src/MiMoCode.Engine/Features/Memory/Notes.cs", "using MiMoCode.Engine.Features.Goals;\nnamespace MiMoCode.Engine.Features.Memory;"),
            new("src/MiMoCode.Engine/Features/Goals/Judge.cs", "using MiMoCode.Engine.Features.Subagents;\nnamespace MiMoCode.Engine.Features.Goals;")),

        Rule.PerFile("Doors do not use one another, nor what lies behind the client",
            source => Below("MiMoCode.App", source) is [var own, ..] && Doors.Contains(own)
                ? source.Uses.Where(use => (Part(use, 1) == "App" && Doors.Contains(Part(use, 2)) && Part(use, 2) != own)
                    || BehindTheDoors.Any(behind => use == behind || use.StartsWith(behind + ".", StringComparison.Ordinal)))
                : [],
            new("src/MiMoCode.App/Tui/Screen.cs", "using MiMoCode.App.Cli;\nnamespace MiMoCode.App.Tui;"),
            new("src/MiMoCode.App/Tui/Screen.cs", "using MiMoCode.Terminal.Screen;\nusing MiMoCode.Protocol;\nnamespace MiMoCode.App.Tui;")),

        new("The loop names no feature and no tool", LoopNames,
            [
                new("src/MiMoCode.Engine/Loop/AgentLoop.cs", "namespace MiMoCode.Engine.Loop;\nclass AgentLoop { object o = new BashTool(); }"),
                new("src/MiMoCode.Engine/Tools/Bash.cs", "namespace MiMoCode.Engine.Tools;\ninternal sealed class BashTool;"),
            ],
            [
                new("src/MiMoCode.Engine/Loop/AgentLoop.cs", "namespace MiMoCode.Engine.Loop;\n// unlike BashTool\nclass AgentLoop;"),
                new("src/MiMoCode.Engine/Tools/Bash.cs", "namespace MiMoCode.Engine.Tools;\ninternal sealed class BashTool;"),
            ]),

        Rule.PerFile("No global using of our own, which would blind these rules",
            source => Lines(source).Where(line => (source.IsCode && line.StartsWith("global using", StringComparison.Ordinal) && line.Contains("MiMoCode.", StringComparison.Ordinal))
                || (!source.IsCode && line.Contains("<Using Include=\"MiMoCode", StringComparison.Ordinal))),
            new("src/MiMoCode.Engine/Usings.cs", "global using MiMoCode.Engine.Loop;"),
            new("src/MiMoCode.Engine/Usings.cs", "using MiMoCode.Engine.Loop;")),

        Rule.PerFile("Folder and namespace are the same",
            source => source.IsCode && source.Namespace is { } declared && Expected(source) is { } expected && declared != expected ? [$"{declared} should be {expected}"] : [],
            new("src/MiMoCode.Engine/Loop/AgentLoop.cs", "namespace MiMoCode.Engine.Agents;"),
            new("src/MiMoCode.Engine/Loop/AgentLoop.cs", "namespace MiMoCode.Engine.Loop;")),
    ];

    private static IEnumerable<string> LoopNames(IReadOnlyList<Source> sources)
    {
        var strangers = sources.Where(source => Below("MiMoCode.Engine", source) is ["Tools" or "Features", ..]).SelectMany(source => source.Types).ToHashSet();
        return from source in sources
               where Below("MiMoCode.Engine", source) is ["Loop", ..]
               from word in source.CodeWithoutStrings.Split([' ', '\n', '(', ')', '<', '>', ',', ';', '[', ']', '{', '}', '?', '!'], StringSplitOptions.RemoveEmptyEntries).Distinct()
               where strangers.Contains(word)
               select $"{source.Path}: {word}";
    }

    /// <summary>The folders of a source below an assembly's, or null when it is not in that assembly.</summary>
    private static string[]? Below(string assembly, Source source) => source.Folders is ["src", var own, .. var rest] && own == assembly && source.IsCode ? rest : null;

    private static string Part(string name, int at) => name.Split('.') is var parts && parts.Length > at ? parts[at] : "";

    private static IEnumerable<string> Lines(Source source) => source.Path.EndsWith(".md", StringComparison.Ordinal) ? [] : source.Text.Split('\n').Select(line => line.Trim());

    private static string? Expected(Source source) => source.Folders switch
    {
        // Stands before System.Linq only in a namespace around all of ours.
        ["src", "MiMoCode.Protocol", "Linq"] => "MiMoCode",
        ["src", .. var rest] => string.Join('.', rest),
        // The kit is shared by several test projects, so its root is no project's.
        ["tests", "MiMoCode.Tests", "TestKit", .. var rest] when source.Namespace!.StartsWith("MiMoCode.TestKit", StringComparison.Ordinal) => string.Join('.', ["MiMoCode.TestKit", .. rest]),
        ["tests", .. var rest] => string.Join('.', rest),
        _ => null,
    };
}
