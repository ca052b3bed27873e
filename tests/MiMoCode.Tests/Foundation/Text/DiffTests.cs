using System.Diagnostics;
using MiMoCode.Engine.Foundation.Text;

namespace MiMoCode.Tests.Foundation.Text;

public sealed class DiffTests
{
    [Fact]
    public void Shows_changes_with_three_lines_around_them()
    {
        var before = string.Concat(Enumerable.Range(1, 12).Select(i => $"line {i}\n"));

        var diff = UnifiedDiff.Between("f.txt", before, before.Replace("line 6\n", "line six\nand more\n", StringComparison.Ordinal));

        Assert.Equal((2, 1), (diff.Additions, diff.Deletions));
        Assert.Equal("""
            --- a/f.txt
            +++ b/f.txt
            @@ -3,7 +3,8 @@
             line 3
             line 4
             line 5
            -line 6
            +line six
            +and more
             line 7
             line 8
             line 9

            """, diff.Text);
    }

    [Fact]
    public void Is_empty_when_nothing_changed() => Assert.Equal(new UnifiedDiff("", 0, 0), UnifiedDiff.Between("f", "a\n", "a\n"));

    [Fact]
    public void Finds_the_smallest_change()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var (a, b) = (SomeLines(random), SomeLines(random));

            var changed = LineDiff.Between(a, b).Sum(change => change.OldLength + change.NewLength);

            Assert.Equal(a.Length + b.Length - (2 * LongestCommon(a, b)), changed);
        }
    }

    [Fact]
    public void Git_applies_what_it_prints()
    {
        using var folder = new Folder();
        for (var seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            var (before, after) = (TextFuzz.SomeText(random) + string.Concat(SomeLines(random)), string.Concat(SomeLines(random)) + TextFuzz.SomeText(random));
            if (before.Length == 0 || before == after)
                continue;
            File.WriteAllText(folder.At("f"), before);
            File.WriteAllText(folder.At("p"), UnifiedDiff.Between("f", before, after).Text);

            folder.Git("apply", "--whitespace=nowarn", "p");

            Assert.Equal(after, File.Exists(folder.At("f")) ? File.ReadAllText(folder.At("f")) : "");
        }
    }

    [Fact]
    public void Bounds_the_work_on_very_different_texts()
    {
        var (a, b) = (Lines("a"), Lines("b"));

        var changes = LineDiff.Between(a, b);

        Assert.Equal(20_000, changes.Sum(change => change.OldLength));
        Assert.Equal(20_000, changes.Sum(change => change.NewLength));

        static string[] Lines(string name) => [.. Enumerable.Range(0, 20_000).Select(i => $"{name}{i}\n")];
    }

    [Theory]
    [InlineData("1\n2\n3\n4\n5\n", "ONE\n2\n3\n4\n5\n", "1\n2\n3\n4\nFIVE\n", "ONE\n2\n3\n4\nFIVE\n")]
    [InlineData("1\n2\n3\n", "1\n3\n", "1\n2\n3\n4\n", "1\n3\n4\n")]
    [InlineData("1\n2\n3\n", "1\nB\n3\n", "1\nB\n3\n4\n5\n", "1\nB\n3\n4\n5\n")]
    [InlineData("1\n", "1\n", "2\n", "2\n")]
    public void Merges_changes_that_do_not_touch(string ancestor, string mine, string theirs, string merged) =>
        Assert.Equal(merged, ThreeWayMerge.Of(ancestor, mine, theirs).Text);

    [Theory]
    [InlineData("1\n2\n3\n", "1\nB\n3\n", "1\nX\n3\n", 2)]
    [InlineData("1\n2\n3\n", "1\n3\n", "1\nX\n3\n", 2)]
    [InlineData("1\n2\n", "1\nnew\n2\n", "1\nother\n2\n", 2)]
    [InlineData("1\n2\n3\n4\n5\n", "A\nB\nC\nD\n5\n", "1\n2\nX\n4\nY\n", 1)]
    public void Names_the_lines_where_changes_collide(string ancestor, string mine, string theirs, int line)
    {
        var merge = ThreeWayMerge.Of(ancestor, mine, theirs);

        Assert.Null(merge.Text);
        Assert.Equal(line, merge.Conflicts[0]);
    }

    [Fact]
    public void Merges_as_git_does_or_reports_a_collision()
    {
        using var folder = new Folder();
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var ancestor = SomeLines(random);
            var (mine, theirs) = (Vary(ancestor, random), Vary(ancestor, random));

            var merge = ThreeWayMerge.Of(string.Concat(ancestor), string.Concat(mine), string.Concat(theirs));

            if (merge.Text is not { } text)
                continue;
            File.WriteAllText(folder.At("base"), string.Concat(ancestor));
            File.WriteAllText(folder.At("mine"), string.Concat(mine));
            File.WriteAllText(folder.At("theirs"), string.Concat(theirs));
            Assert.Equal(folder.Git("merge-file", "-p", "mine", "base", "theirs"), text);
        }
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("four", 1)]
    [InlineData("The quick brown fox jumps", 7)]
    [InlineData("日本語の文章", 6)]
    [InlineData("安全第一", 4)]
    [InlineData("😀", 2)]
    public void Estimates_tokens(string text, int tokens) => Assert.Equal(tokens, TokenEstimate.Of(text));

    private static string[] SomeLines(Random random) =>
        [.. Enumerable.Range(0, random.Next(14)).Select(_ => $"{(char)('a' + random.Next(5))}\n")];

    private static string[] Vary(string[] lines, Random random) =>
        [.. lines.SelectMany(line => random.Next(9) switch { 0 => [], 1 => [line, "new\n"], 2 => ["changed\n"], _ => new[] { line } })];

    private static int LongestCommon(string[] a, string[] b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
                table[i, j] = a[i - 1] == b[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
        }

        return table[a.Length, b.Length];
    }

    private sealed class Folder : IDisposable
    {
        private readonly string path = Directory.CreateTempSubdirectory("mimo-diff").FullName;

        public string At(string name) => Path.Combine(path, name);

        public string Git(params string[] arguments)
        {
            var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = path, RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(path);
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new InvalidOperationException(errors.GetAwaiter().GetResult());
        }

        public void Dispose() => Directory.Delete(path, recursive: true);
    }
}
