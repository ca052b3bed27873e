using System.Text;
using MiMoCode.Engine.Foundation.Search;

namespace MiMoCode.Tests.Foundation.Search;

public sealed class SearchTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("mimo-search").FullName;

    [Theory]
    [InlineData("*.cs", "a/b/C.cs", true)]
    [InlineData("*.cs", "C.csx", false)]
    [InlineData("src/*.cs", "src/C.cs", true)]
    [InlineData("src/*.cs", "src/x/C.cs", false)]
    [InlineData("src/**/*.cs", "src/C.cs", true)]
    [InlineData("src/**/*.cs", "src/x/y/C.cs", true)]
    [InlineData("**/*.{ts,tsx}", "a/b.tsx", true)]
    [InlineData("{a,b{c,d}}/x", "bd/x", true)]
    [InlineData("{a,b{c,d}}/x", "b/x", false)]
    [InlineData("x[0-9].t", "x7.t", true)]
    [InlineData("./a/*", "a/b", true)]
    [InlineData("a\\*b", "a*b", true)]
    [InlineData("a\\*b", "axb", false)]
    [InlineData("**", "a/b", true)]
    [InlineData(".*", "a/.env", true)]
    public void Glob_patterns_match(string pattern, string path, bool matches) =>
        Assert.Equal(matches, GlobPattern.Parse(pattern).Matches(path));

    [Theory]
    [InlineData("{a,b")]
    [InlineData("{0,1}{0,1}{0,1}{0,1}{0,1}{0,1}{0,1}{0,1}{0,1}{0,1}")]
    public void Glob_patterns_that_make_no_sense_are_named(string pattern) => Assert.Throws<FormatException>(() => GlobPattern.Parse(pattern));

    [Fact]
    public void A_hostile_glob_takes_no_time()
    {
        var pattern = GlobPattern.Parse(string.Concat(Enumerable.Repeat("**/a*a*a*a*/", 10)) + "b");

        Assert.False(pattern.Matches(string.Join('/', Enumerable.Repeat(new string('a', 200), 60))));
    }

    [Fact]
    public async Task Finds_lines_with_their_places()
    {
        Write("a.txt", "one\r\ntwo needle\r\n");
        Write("d/b.txt", "needle needle\n");
        Write("d/c.bin", "\0needle");
        Write(".hidden", "needle");

        var result = await FindAsync("needle");

        Assert.Equal([(".hidden", 1, 1, "needle"), ("a.txt", 2, 5, "two needle"), ("d/b.txt", 1, 1, "needle needle")],
            result.Matches.Select(match => (match.Path, match.Line, match.Column, match.Text)));
        Assert.False(result.Truncated);
        Assert.Equal(4, result.FilesSearched);
    }

    [Theory]
    [InlineData("N..dle", true)]
    [InlineData("(?<=x)needle", false)]
    [InlineData(@"\bneedle$", false)]
    [InlineData("NEEDLE", true)]
    public async Task Finds_by_regular_expression(string pattern, bool ignoreCase)
    {
        Write("a", "xneedle\nneedle\n");

        var result = await TextSearch.FindAsync(root, LinePattern.Parse(pattern, ignoreCase), null, new WalkOptions(), new SearchLimits(), CancellationToken.None);

        Assert.NotEmpty(result.Matches);
    }

    [Fact]
    public void Says_what_is_wrong_with_a_pattern() => Assert.Throws<FormatException>(() => LinePattern.Parse("(open"));

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData(@"(a+)+(?=x)\1$")]
    public async Task Ends_on_a_hostile_pattern(string pattern)
    {
        Write("a", new string('a', 40_000) + "!");

        var result = await FindAsync(pattern);

        Assert.Empty(result.Matches);
    }

    [Fact]
    public async Task Says_truly_when_there_is_more()
    {
        Write("a", string.Concat(Enumerable.Repeat("needle\n", 20)));

        var cut = await TextSearch.FindAsync(root, LinePattern.Parse("needle"), null, new WalkOptions(), new SearchLimits(MostMatches: 19), CancellationToken.None);
        var whole = await TextSearch.FindAsync(root, LinePattern.Parse("needle"), null, new WalkOptions(), new SearchLimits(MostMatches: 20), CancellationToken.None);

        Assert.Equal((19, true), (cut.Matches.Count, cut.Truncated));
        Assert.Equal((20, false), (whole.Matches.Count, whole.Truncated));
    }

    [Fact]
    public async Task Cuts_a_long_line_around_its_match()
    {
        Write("a", new string('x', 5_000) + "needle" + new string('y', 5_000));

        var match = Assert.Single((await FindAsync("needle")).Matches);

        Assert.Contains("needle", match.Text, StringComparison.Ordinal);
        Assert.InRange(match.Text.Length, 400, 510);
    }

    [Fact]
    public async Task Follows_no_link()
    {
        var outside = Directory.CreateTempSubdirectory("mimo-outside").FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "secret"), "needle");
        File.CreateSymbolicLink(Path.Combine(root, "file"), Path.Combine(outside, "secret"));
        Directory.CreateSymbolicLink(Path.Combine(root, "folder"), outside);
        Directory.CreateSymbolicLink(Path.Combine(root, "self"), root);

        var result = await FindAsync("needle");
        var (files, _) = await FileWalk.FilesAsync(root, new WalkOptions(), null, CancellationToken.None);

        Assert.Empty(result.Matches);
        Assert.Equal(["file", "folder", "self"], files.Select(file => file.Path));
        Assert.All(files, file => Assert.True(file.IsLink));
        Directory.Delete(outside, recursive: true);
    }

    [Fact]
    public async Task Counts_what_was_left_out()
    {
        Write("big", new string('x', 3 << 20));

        var result = await TextSearch.FindAsync(root, LinePattern.Parse("x"), null, new WalkOptions(), new SearchLimits(LargestFile: 1 << 20), CancellationToken.None);

        Assert.Equal(["1 files larger than 1 MB were left out."], result.Notes);
    }

    [Fact]
    public async Task Ends_a_walk_at_its_limit_and_says_so()
    {
        for (var i = 0; i < 10; i++)
            Write($"f{i}", "x");

        var (files, outcome) = await FileWalk.FilesAsync(root, new WalkOptions(MostFiles: 9), null, CancellationToken.None);

        Assert.Equal((9, true), (files.Count, outcome.Truncated));
    }

    [Fact]
    public async Task Stops_when_cancelled()
    {
        Write("a", "x");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            TextSearch.FindAsync(root, LinePattern.Parse("x"), null, new WalkOptions(), new SearchLimits(), new CancellationToken(canceled: true)));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private Task<SearchResult> FindAsync(string pattern) =>
        TextSearch.FindAsync(root, LinePattern.Parse(pattern), null, new WalkOptions(), new SearchLimits(), CancellationToken.None);

    private void Write(string path, string text)
    {
        var full = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, Encoding.UTF8.GetBytes(text));
    }
}
