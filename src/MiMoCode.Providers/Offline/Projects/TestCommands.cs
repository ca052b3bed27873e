using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MiMoCode.Providers.Offline.Projects;

/// <summary>How to run a project's tests, and what told so. Direct is a shorter way that should do the same.</summary>
internal sealed record TestCommand(string Line, string Reason, string? Direct = null);

/// <summary>Works out test commands from the files that say how a project is built.</summary>
internal static partial class TestCommands
{
    private const int MostWords = 40;
    private static readonly string[] MakeTargets = ["test", "check", "tests"];
    private static readonly string[] NodeScripts = ["test.js", "test.mjs", "test.cjs", "test/index.js", "test/test.js"];
    private static readonly string[] ShellScripts = ["test.sh", "run-tests.sh", "tests/run.sh", "test"];

    /// <summary>The files worth reading before deciding, nearest to the root first.</summary>
    public static IEnumerable<string> Manifests(ProjectFiles files) =>
        files.Paths.Where(path => ManifestName().IsMatch(path)).OrderBy(path => path.Count(c => c is '/')).ThenBy(path => path, StringComparer.Ordinal).Take(12);

    /// <summary>The commands worth trying, the likeliest first.</summary>
    public static ImmutableArray<TestCommand> Find(ProjectFiles files, IReadOnlyDictionary<string, string> manifests, string prompt) =>
    [
        .. Named(prompt)
            .Concat(manifests.OrderBy(pair => pair.Key.Count(c => c is '/')).SelectMany(pair => Of(pair.Key, pair.Value, files)))
            .Concat(Conventions(files))
            .DistinctBy(command => command.Line),
    ];

    private static IEnumerable<TestCommand> Named(string prompt) =>
        InBackticks().Matches(prompt).Select(match => new TestCommand(match.Groups[1].Value, "the prompt names it"));

    private static IEnumerable<TestCommand> Of(string path, string text, ProjectFiles files)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        var folder = path.Length == name.Length ? "" : path[..^(name.Length + 1)];
        return name switch
        {
            "Makefile" or "makefile" or "GNUmakefile" => Make(text, folder),
            "package.json" => Npm(text, folder, files),
            "Cargo.toml" => [new TestCommand(folder is "" ? "cargo test" : $"cargo test --manifest-path {path}", path)],
            "go.mod" => [new TestCommand(folder is "" ? "go test ./..." : $"go test ./{folder}/...", path)],
            "pyproject.toml" or "pytest.ini" or "setup.cfg" or "tox.ini" when text.Contains("pytest", StringComparison.Ordinal) =>
                [new TestCommand("python3 -m pytest -q", path)],
            "pom.xml" => [new TestCommand("mvn -q test", path)],
            "build.gradle" or "build.gradle.kts" => [new TestCommand(files.Paths.Contains("gradlew") ? "./gradlew test" : "gradle test", path)],
            "composer.json" => [new TestCommand("vendor/bin/phpunit", path)],
            "Rakefile" => [new TestCommand("rake test", path)],
            "CTestTestfile.cmake" => [new TestCommand($"ctest --test-dir {(folder is "" ? "." : folder)} --output-on-failure", path)],
            _ when name.EndsWith(".csproj", StringComparison.Ordinal) => Dotnet(path, text),
            _ => [],
        };
    }

    private static IEnumerable<TestCommand> Make(string text, string folder) =>
        from target in MakeTargets
        where text.Split('\n').Any(line => line.StartsWith(target + ":", StringComparison.Ordinal) || line.StartsWith(target + " :", StringComparison.Ordinal))
        select new TestCommand(folder is "" ? $"make {target}" : $"make -C {folder} {target}", $"the Makefile has a target {target}");

    private static IEnumerable<TestCommand> Npm(string text, string folder, ProjectFiles files)
    {
        if (Script(text) is not { } script || script.Contains("no test specified", StringComparison.Ordinal))
            yield break;
        yield return new TestCommand(folder is "" ? "npm test" : $"npm --prefix {folder} test", $"package.json has a test script: {script}", folder is "" ? Direct(text, script, files) : null);
    }

    /// <summary>What npm would run, without npm: worth half of the time of small tests. Patterns are spelt out, so that it is one plain command.</summary>
    private static string? Direct(string text, string script, ProjectFiles files)
    {
        if (!PlainCommand().IsMatch(script) || Script(text, "pretest") is not null || Script(text, "posttest") is not null)
            return null;
        var words = script.Split(' ').SelectMany(word => word.Contains('*') ? Matching(word, files) : [word]).ToList();
        return words.Count > MostWords || words.Contains("") ? null : (ProgramOfSystem().IsMatch(script) ? "" : "node_modules/.bin/") + string.Join(' ', words);
    }

    /// <summary>The files that a pattern stands for; one empty word when there are none.</summary>
    private static IEnumerable<string> Matching(string pattern, ProjectFiles files)
    {
        var shape = "^" + Regex.Escape(pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern).Replace(@"\*", "[^/]*", StringComparison.Ordinal) + "$";
        return files.Paths.Where(path => !path.Contains(' ') && Regex.IsMatch(path, shape)).DefaultIfEmpty("");
    }

    private static string? Script(string text, string name = "test")
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty("scripts", out var scripts) && scripts.TryGetProperty(name, out var test) ? test.GetString() : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // A manifest that cannot be read names no tests.
            return null;
        }
    }

    private static IEnumerable<TestCommand> Dotnet(string path, string text)
    {
        if (text.Contains("Microsoft.NET.Test.Sdk", StringComparison.Ordinal) || text.Contains("TestingPlatform", StringComparison.Ordinal))
            yield return new TestCommand($"dotnet test {path}", $"{path} is a test project");
        else if (TestProject().IsMatch(path))
            yield return new TestCommand($"dotnet run --project {path}", $"{path} is a program that tests");
    }

    private static IEnumerable<TestCommand> Conventions(ProjectFiles files)
    {
        var tests = files.Tests.ToList();
        if (tests.Any(path => path.EndsWith(".py", StringComparison.Ordinal)))
            yield return new TestCommand("python3 -m unittest discover" + (files.Paths.Any(path => path.StartsWith("tests/", StringComparison.Ordinal)) ? " -s tests -t ." : ""), "there are Python tests");
        if (tests.Any(path => JavaScriptTest().IsMatch(path)))
            yield return new TestCommand("node --test", "there are JavaScript tests");
        foreach (var path in NodeScripts.Where(path => files.Paths.Contains(path)))
            yield return new TestCommand($"node {path}", $"there is {path}");
        foreach (var path in ShellScripts.Where(path => files.Paths.Contains(path)))
            yield return new TestCommand($"sh {path}", $"there is {path}");
    }

    [GeneratedRegex(@"(^|/)([Mm]akefile|GNUmakefile|package\.json|Cargo\.toml|go\.mod|pyproject\.toml|pytest\.ini|setup\.cfg|tox\.ini|pom\.xml|build\.gradle(\.kts)?|composer\.json|Rakefile|CTestTestfile\.cmake|[^/]+\.csproj)$")]
    private static partial Regex ManifestName();

    [GeneratedRegex(@"`((?:npm|npx|node|make|dotnet|cargo|go|python3?|pytest|ctest|mvn|gradle|\./)[^`]*)`")]
    private static partial Regex InBackticks();

    [GeneratedRegex(@"^\w[\w./@*:=, -]*$")]
    private static partial Regex PlainCommand();

    [GeneratedRegex(@"^(node|make|sh|bash|deno|bun) ")]
    private static partial Regex ProgramOfSystem();

    [GeneratedRegex(@"[Tt]ests?(/|\.csproj$|\.[^/]*csproj$)")]
    private static partial Regex TestProject();

    [GeneratedRegex(@"[._-](test|spec)\.[cm]?js$|(^|/)tests?/[^/]+\.[cm]?js$")]
    private static partial Regex JavaScriptTest();
}
