using MiMoCode.Engine.Foundation.Text;

namespace MiMoCode.Tests.Foundation.Text;

public sealed class PatchTests
{
    /// <summary>What the case shows, the files before (name, text, …), the patch without its markers, the files afterwards.</summary>
    public static TheoryData<string, string[], string, string[]> Applied => new()
    {
        { "add", [], "*** Add File: n.md\n+One\n+Two", ["n.md", "One\nTwo\n"] },
        { "add replaces", ["n", "was\n"], "*** Add File: n\n+is", ["n", "is\n"] },
        { "delete", ["n", "was\n", "m", "x\n"], "*** Delete File: n", ["m", "x\n"] },
        { "update", ["n", "red\ngreen\n"], "*** Update File: n\n@@\n red\n-green\n+blue", ["n", "red\nblue\n"] },
        { "update and move", ["n", "red\n"], "*** Update File: n\n*** Move to: sub/m\n@@\n-red\n+blue", ["sub/m", "blue\n"] },
        { "move only", ["n", "red\n"], "*** Update File: n\n*** Move to: m", ["m", "red\n"] },
        { "two hunks", ["n", "1\n2\n3\n4\n"], "*** Update File: n\n@@\n 1\n-2\n+B\n@@\n 3\n-4\n+D", ["n", "1\nB\n3\nD\n"] },
        { "the last hunk at the end", ["n", "1\n2\n3\n4\n5\n"], "*** Update File: n\n@@\n 1\n-2\n+B\n@@\n 3\n-4\n+D\n@@\n 5\n+6\n*** End of File", ["n", "1\nB\n3\nD\n5\n6\n"] },
        { "additions alone go to the end", ["n", "1\n2\n3\n"], "*** Update File: n\n@@\n+4\n+5\n@@\n 1\n-2\n-3\n+B", ["n", "1\nB\n4\n5\n"] },
        { "additions after a named line", ["n", "1\n2\n3\n"], "*** Update File: n\n@@ 2\n+2b", ["n", "1\n2\n2b\n3\n"] },
        { "CRLF stays", ["n", "1\r\n2\r\n3\r\n"], "*** Update File: n\n@@\n 1\n-2\n+B\n@@\n 3\n+4\n*** End of File", ["n", "1\r\nB\r\n3\r\n4\r\n"] },
        { "first hunk without @@", ["n", "use a\n"], "*** Update File: n\n use a\n+use b", ["n", "use a\nuse b\n"] },
        { "a final newline is left", ["n", "last"], "*** Update File: n\n@@\n-last\n+1\n+2", ["n", "1\n2\n"] },
        { "@@ picks the later block", ["n", "class P:\n  nop\nclass Q:\n  nop\n"], "*** Update File: n\n@@ class Q:\n-  nop\n+  go", ["n", "class P:\n  nop\nclass Q:\n  go\n"] },
        { "@@ by the start of a line", ["n", "void P(int a)\n  nop\nvoid Q(int a)\n  nop\n"], "*** Update File: n\n@@ void Q\n-  nop\n+  go", ["n", "void P(int a)\n  nop\nvoid Q(int a)\n  go\n"] },
        { "the end picks the last block", ["n", "p\nstop\np\nstop\n"], "*** Update File: n\n@@\n p\n-stop\n+STOP\n*** End of File", ["n", "p\nstop\np\nSTOP\n"] },
        { "punctuation", ["n", "one — two\n"], "*** Update File: n\n@@\n-one - two\n+three", ["n", "three\n"] },
        { "an empty line is context", ["n", "p\n\nq\n"], "*** Update File: n\n@@\n p\n\n-q\n+r", ["n", "p\n\nr\n"] },
        { "kept lines keep their own blanks", ["n", "p  \nq\n"], "*** Update File: n\n@@\n p\n-q\n+r", ["n", "p  \nr\n"] },
        { "numbers of a unified diff", ["n", "p\nq\n"], "*** Update File: n\n@@ -1,2 +1,2 @@\n p\n-q\n+r", ["n", "p\nr\n"] },
        { "two updates of one file", ["n", "p\nq\n"], "*** Update File: n\n@@\n-p\n+P\n*** Update File: n\n@@\n-q\n+Q", ["n", "P\nQ\n"] },
    };

    public static TheoryData<string, string[], string, string> Refused => new()
    {
        { "no begin", [], "hello", nameof(PatchProblem.NoBegin) },
        { "no end", [], "*** Begin Patch\nhello", nameof(PatchProblem.NoEnd) },
        { "nothing in it", ["n", "p\n"], "*** Begin Patch\n*** End Patch", nameof(PatchProblem.EmptyPatch) },
        { "update of nothing", ["n", "p\n"], Envelope("*** Update File: n"), nameof(PatchProblem.EmptyUpdate) },
        { "unknown header", ["n", "p\n"], Envelope("*** Rename File: n"), nameof(PatchProblem.BadHeader) },
        { "no name", ["n", "p\n"], Envelope("*** Delete File: "), nameof(PatchProblem.BadHeader) },
        { "line without sign", ["n", "p\n"], Envelope("*** Update File: n\n@@\nrubbish"), nameof(PatchProblem.BadLine) },
        { "lines not there", ["n", "p\n"], Envelope("*** Update File: n\n@@\n-zzz\n+y"), nameof(PatchProblem.LinesNotFound) },
        { "named line not there", ["n", "p\n"], Envelope("*** Update File: n\n@@ zzz\n-p\n+y"), nameof(PatchProblem.LinesNotFound) },
        { "delete of nothing", ["n", "p\n"], Envelope("*** Delete File: m"), nameof(PatchProblem.MissingFile) },
        { "update of nothing there", ["n", "p\n"], Envelope("*** Update File: m\n@@\n-p\n+q"), nameof(PatchProblem.MissingFile) },
        { "all or nothing", ["n", "p\n"], Envelope("*** Add File: m\n+1\n*** Update File: n\n@@\n-zzz\n+y"), nameof(PatchProblem.LinesNotFound) },
        { "move onto a file", ["n", "p\n", "m", "q\n"], Envelope("*** Update File: n\n*** Move to: m\n@@\n-p\n+y"), nameof(PatchProblem.FileExists) },
        { "two places", ["n", "p\nq\np\n"], Envelope("*** Update File: n\n@@\n-p\n+y"), nameof(PatchProblem.Ambiguous) },
    };

    [Theory]
    [MemberData(nameof(Applied))]
    public void Applies_what_fits(string what, string[] before, string patch, string[] after)
    {
        var files = Files(before);

        Apply(files, Envelope(patch));

        Assert.True(files.OrderBy(pair => pair.Key).SequenceEqual(Files(after).OrderBy(pair => pair.Key)), $"{what}: {string.Join("|", files)}");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Refuses_the_whole_patch(string what, string[] before, string patch, string problem)
    {
        var files = Files(before);

        var error = Assert.Throws<PatchException>(() => Apply(files, patch));

        Assert.True(problem == error.Problem.ToString(), $"{what}: {error.Message}");
        Assert.Equal(Files(before), files);
    }

    [Theory]
    [InlineData("<<'X'\n*** Begin Patch\n*** Add File: a\n+1\n*** End Patch\nX")]
    [InlineData("<<X\n*** Begin Patch\n*** Add File: a\n+1\n*** End Patch\nX\n")]
    [InlineData("  *** Begin Patch\n*** Add File: a\n+1\n *** End Patch  ")]
    [InlineData("*** Begin Patch\r\n*** Add File: a\r\n+1\r\n*** End Patch\r\n")]
    public void Peels_off_what_is_around_the_patch(string patch)
    {
        var files = Files([]);

        Apply(files, patch);

        Assert.Equal("1\n", files["a"]);
    }

    [Fact]
    public void Names_the_valid_headers_when_one_is_unknown()
    {
        var error = Assert.Throws<PatchException>(() => PatchEnvelope.Parse(Envelope("*** Rename File: n")));

        Assert.Contains("*** Add File:", error.Message, StringComparison.Ordinal);
        Assert.Contains("*** Delete File:", error.Message, StringComparison.Ordinal);
        Assert.Contains("*** Update File:", error.Message, StringComparison.Ordinal);
    }

    private static string Envelope(string steps) => $"*** Begin Patch\n{steps}\n*** End Patch";

    private static Dictionary<string, string> Files(string[] pairs) =>
        pairs.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private static void Apply(Dictionary<string, string> files, string patch)
    {
        foreach (var file in PatchPlan.Of(PatchEnvelope.Parse(patch), path => files.GetValueOrDefault(path)))
        {
            if (file.After is null)
                files.Remove(file.Path);
            else
                files[file.Path] = file.After;
        }
    }
}
