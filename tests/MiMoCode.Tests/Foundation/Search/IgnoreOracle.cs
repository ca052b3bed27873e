using System.Diagnostics;
using System.Text;
using MiMoCode.Engine.Foundation.Search;

namespace MiMoCode.Tests.Foundation.Search;

/// <summary>Random rules and paths, judged by git itself (check-ignore) and by us.</summary>
internal static class IgnoreOracle
{
    private static readonly string[] Pieces =
        ["a", "b", "ab", "c", ".", "*", "*", "**", "?", "/", "/", "/", "[ab]", "[!a]", "[^b]", "[a-c]", "[", "]", "\\", "\\*", "!", "#", " ", "\t", "[[:alpha:]]", "-", "{a,b}", ".o", "**/", "/**", "[]-a]", "[a-", "é", "A"];

    private static readonly string[] Names = ["a", "b", "ab", "abc", "c", ".o", "a.o", "aa", "-", "a b", "*", "[", "!a", "#", "\\", "é", "A", "{a,b}", "]", " ", "a "];

    /// <summary>Where git and we differ, in words: many folders with a rule file each, so many paths in each.</summary>
    public static IEnumerable<string> Differences(int ruleFiles, int seed)
    {
        const int pathsEach = 40;
        var random = new Random(seed);
        var root = Directory.CreateTempSubdirectory("mimo-ignore").FullName;
        try
        {
            Run(root, "", "init", "-q");
            var cases = new List<(string Rules, string Folder, string Path)>();
            for (var i = 0; i < ruleFiles; i++)
            {
                var rules = string.Join('\n', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pattern(random)));
                Directory.CreateDirectory(Path.Combine(root, $"d{i}"));
                File.WriteAllText(Path.Combine(root, $"d{i}", ".gitignore"), rules);
                for (var path = 0; path < pathsEach; path++)
                    cases.Add((rules, $"d{i}", string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Names[random.Next(Names.Length)]))));
            }

            var judged = Run(root, string.Concat(cases.Select(each => $"{each.Folder}/{each.Path}\0")), "-c", "core.excludesFile=", "check-ignore", "--no-index", "-z", "--stdin", "-v", "-n").Split('\0');
            for (var i = 0; i < cases.Count; i++)
            {
                // Four fields each: file, line, pattern, path.
                var pattern = judged[(i * 4) + 2];
                var expected = pattern.Length > 0 && pattern[0] != '!';
                if (expected != IsIgnored(new GitIgnore(cases[i].Rules), cases[i].Path))
                    yield return $"{cases[i].Rules.Replace("\n", "⏎", StringComparison.Ordinal)}   {cases[i].Path}   git: {(expected ? "ignored" : "not ignored")} by '{pattern}'";
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>What is in an ignored folder is ignored, whatever is said of it.</summary>
    private static bool IsIgnored(GitIgnore rules, string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            if (rules.Judge(path[..slash], isFolder: true) is true)
                return true;
        }

        return rules.Judge(path, isFolder: false) is true;
    }

    private static string Pattern(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 6); i > 0; i--)
            text.Append(Pieces[random.Next(Pieces.Length)]);
        return text.ToString();
    }

    private static string Run(string folder, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false), StandardOutputEncoding = Encoding.UTF8,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return output.GetAwaiter().GetResult();
    }
}
