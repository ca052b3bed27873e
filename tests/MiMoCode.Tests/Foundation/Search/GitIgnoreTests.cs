using System.Diagnostics;
using MiMoCode.Engine.Foundation.Search;

namespace MiMoCode.Tests.Foundation.Search;

public sealed class GitIgnoreTests
{
    [Theory]
    [InlineData("*.o", "a.o", true)]
    [InlineData("*.o", "x/y/a.o", true)]
    [InlineData("/a.o", "x/a.o", null)]
    [InlineData("x/*.o", "x/a.o", true)]
    [InlineData("x/*.o", "x/y/a.o", null)]
    [InlineData("x/*.o", "z/x/a.o", null)]
    [InlineData("**/x/a", "p/q/x/a", true)]
    [InlineData("x/**", "x/y/z", true)]
    [InlineData("x/**/a", "x/a", true)]
    [InlineData("x/**/a", "x/y/z/a", true)]
    [InlineData("build/", "build", null)]
    [InlineData("*\n!keep", "keep", false)]
    [InlineData("# note", "# note", null)]
    [InlineData("\\#a", "#a", true)]
    [InlineData("\\!a", "!a", true)]
    [InlineData("a   ", "a", true)]
    [InlineData("a\\ ", "a ", true)]
    [InlineData("a\r\n", "a", true)]
    [InlineData("[a-c]?.t", "bz.t", true)]
    [InlineData("[!a]", "a", null)]
    [InlineData("[[:digit:]]", "7", true)]
    [InlineData("[a", "[a", null)]
    public void Judges_as_git_does(string rules, string path, bool? ignored) =>
        Assert.Equal(ignored, new GitIgnore(rules).Judge(path, isFolder: false));

    [Fact]
    public void Judges_random_rules_as_git_does() => Assert.Empty(IgnoreOracle.Differences(ruleFiles: 100, seed: 1));

    [Theory]
    [Trait("Category", "Nightly")]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Judges_half_a_million_random_paths_as_git_does(int seed) => Assert.Empty(IgnoreOracle.Differences(ruleFiles: 3_200, seed));

    [Fact]
    public void Lists_what_git_lists_in_generated_trees()
    {
        string[] patterns =
            ["*.a", "!*.a", "/d1", "d2/", "d1/d2", "**/f1*", "d1/**", "d?/f2.b", "!f1.a", "[df]2*", "/*", "!/d1", "d1/*", "!d1/d2/", "**/d2/**", "f3*", "*1", "\\f1.a", "d1/**/f1.a"];
        for (var seed = 0; seed < 15; seed++)
        {
            var random = new Random(seed);
            var root = Directory.CreateTempSubdirectory("mimo-ignore").FullName;
            foreach (var folder in new[] { "", "d1", "d1/d2", "d2", "d2/d1/d2", "d3" })
            {
                Directory.CreateDirectory(Path.Combine(root, folder));
                foreach (var name in new[] { "f1.a", "f2.b", "f3", "g1" })
                    File.WriteAllText(Path.Combine(root, folder, name), "x");
                if (folder.Length == 0 || random.Next(3) == 0)
                    File.WriteAllLines(Path.Combine(root, folder, ".gitignore"), Enumerable.Range(0, 1 + random.Next(4)).Select(_ => patterns[random.Next(patterns.Length)]));
            }

            Git(root, "init", "-q");
            var expected = Git(root, "-c", "core.excludesFile=", "-c", "core.quotePath=false", "ls-files", "--others", "--exclude-standard")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);

            var (files, outcome) = FileWalk.FilesAsync(root, new WalkOptions(), null, CancellationToken.None).GetAwaiter().GetResult();

            Assert.False(outcome.Truncated);
            Assert.Equal(expected, files.Select(file => file.Path));
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task Heeds_the_ignore_files_above_the_root_of_a_walk()
    {
        var root = Directory.CreateTempSubdirectory("mimo-ignore").FullName;
        Directory.CreateDirectory(Path.Combine(root, "p", "q"));
        Git(root, "init", "-q");
        await File.WriteAllTextAsync(Path.Combine(root, ".gitignore"), "/p/q/no\n*.tmp\n");
        foreach (var name in new[] { "no", "yes", "a.tmp" })
            await File.WriteAllTextAsync(Path.Combine(root, "p", "q", name), "x");

        var (files, _) = await FileWalk.FilesAsync(Path.Combine(root, "p", "q"), new WalkOptions(), null, CancellationToken.None);

        Assert.Equal(["yes"], files.Select(file => file.Path));
        Directory.Delete(root, recursive: true);
    }

    private static string Git(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)} failed");
    }
}
