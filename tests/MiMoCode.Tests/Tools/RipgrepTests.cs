using System.Text;
using System.Text.RegularExpressions;
using MiMoCode.Engine.Foundation.Search;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Tools;

public sealed class RipgrepTests : IAsyncLifetime
{
    private readonly TempProject project = new();
    private readonly ProcessRunner processes = new(null, new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! }, TimeProvider.System);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await processes.DisposeAsync();
        project.Dispose();
    }

    [NeedsFact("rg")]
    public async Task Finds_the_same_with_and_without_ripgrep()
    {
        WriteFiles();
        var ripgrep = new Ripgrep(processes);
        foreach (var text in new[] { "needle", "(?i)NEEDLE", @"nee\w+ two", "needle|absent", @"^needle\.$", "func(tion)? main", "x{3}needle", "[a-z]+ needle", "two  words" })
        {
            var pattern = LinePattern.Parse(text);
            foreach (var limits in new[] { new SearchLimits(), new SearchLimits(MostMatches: 3), new SearchLimits(PerFile: 1, LargestFile: 10_000) })
            {
                var files = await ripgrep.FilesAsync(project.Root, pattern, CancellationToken.None);
                Assert.NotNull(files);
                var without = await TextSearch.FindAsync(project.Root, pattern, null, new WalkOptions(), limits, CancellationToken.None);
                var with = await TextSearch.FindAsync(project.Root, pattern, null, new WalkOptions(), limits, files, CancellationToken.None);
                Assert.Equal((without.Truncated, without.Matches.Count), (with.Truncated, with.Matches.Count));

                // Which ones are shown of too many, and how far the search came, is not the same twice.
                if (without.Truncated && limits.PerFile > 1)
                    continue;
                Assert.Equal(without.FilesSearched, with.FilesSearched);
                Assert.Equal(without.Notes, with.Notes);
                Assert.Equal(without.Matches, with.Matches);
            }
        }
    }

    [NeedsFact("rg")]
    public async Task Leaves_it_to_our_search_where_it_could_not_see_everything()
    {
        project.Write("a.txt", "needle\n");
        Directory.CreateDirectory(project["closed"]);
        File.WriteAllText(project["not-a-file"], "");
        File.SetUnixFileMode(project["closed"], UnixFileMode.None);
        var files = await new Ripgrep(processes).FilesAsync(project.Root, LinePattern.Parse("needle"), CancellationToken.None);
        Assert.True(files is null || Environment.UserName == "root");
        Assert.Null(await new Ripgrep(processes).FilesAsync(project.Root, LinePattern.Parse("n.*e"), CancellationToken.None));
    }

    [Fact]
    public async Task Is_not_missed_where_there_is_none()
    {
        project.Write("a.txt", "needle\n");
        Assert.Null(await new Ripgrep(processes, "no-such-program").FilesAsync(project.Root, LinePattern.Parse("needle"), CancellationToken.None));
    }

    [Theory]
    [InlineData("needle", "needle")]
    [InlineData(@"class\s+Name\b", "class")]
    [InlineData("one|three", "one,three")]
    [InlineData(@"foo\(bar", "foo(bar")]
    [InlineData("abcd?efgh+ij", "efgh")]
    [InlineData("(?i)Name", "Name")]
    [InlineData("a{2}bcd", "bcd")]
    [InlineData("x{y} z", "x{y} z")]
    [InlineData("(abc|d)efg", "efg")]
    [InlineData("abc|(d)", null)]
    [InlineData("ab.*", null)]
    [InlineData("abc(?i)def", null)]
    [InlineData(@"\x41bcd", null)]
    public void Says_what_a_line_must_hold(string pattern, string? texts) =>
        Assert.Equal(texts, RequiredText.Of(pattern) is { } required ? string.Join(',', required.Texts) : null);

    [Fact]
    public void Never_asks_for_what_a_matching_line_does_not_hold()
    {
        string[] pieces = ["a", "b", "ab", "c", "abc", "(", ")", "[", "]", "[^a]", "|", "*", "+", "?", "{2}", "{", "}", "{1,2}", ".", "^", "$", "\\", "\\d", "\\(", "(?:", "(?!", "(?<x>", "\\.", "é", "\\b", "-", "\\x61"];
        var (random, judged) = (new Random(3), 0);
        for (var i = 0; i < 40_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (RequiredText.Of(text) is not { } required || !TryParse(text, out var regex))
                continue;
            for (var line = 0; line < 8; line++)
            {
                var said = string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => pieces[random.Next(pieces.Length)]));
                judged++;
                Assert.True(!regex!.IsMatch(said) || required.Texts.Any(one => said.Contains(one, StringComparison.Ordinal)), $"{text}   {said}");
            }
        }

        Assert.InRange(judged, 1_000, int.MaxValue);
    }

    private static bool TryParse(string text, out Regex? regex)
    {
        try
        {
            regex = new Regex(text, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return true;
        }
        catch (ArgumentException)
        {
            regex = null;
            return false;
        }
    }

    private void WriteFiles()
    {
        string[] lines = ["needle", "Needle two words", "xxxneedle.", "nothing here", "func main", "function main", "a needle", "two  words", "né needle", "needle."];
        Encoding[] encodings = [new UTF8Encoding(false), new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, Encoding.Latin1];
        string[] folders = ["", "src/", "src/deep/", "ignored/", ".hidden/", "src/kept/"];
        var random = new Random(5);
        project.Write(".gitignore", "ignored/\n*.log\n!kept.log\n");
        project.Write("src/.gitignore", "kept/*\n!kept/f1.txt\n");
        for (var i = 0; i < 60; i++)
        {
            var encoding = encodings[random.Next(encodings.Length)];
            var text = string.Join(random.Next(2) == 0 ? "\r\n" : "\n", Enumerable.Range(0, random.Next(12)).Select(_ => lines[random.Next(lines.Length)]));
            project.Write($"{folders[random.Next(folders.Length)]}f{random.Next(30)}.{(random.Next(5) == 0 ? "log" : "txt")}", [.. encoding.GetPreamble(), .. encoding.GetBytes(text)]);
        }

        project.Write("binary.bin", [0, 1, 2, .. "needle"u8]);
        project.Write("large.txt", new string('x', 20_000) + "\nneedle\n");
        project.Write("kept.log", "needle\n");
        File.CreateSymbolicLink(project["link.txt"], project["kept.log"]);
    }
}
