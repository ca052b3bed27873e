using MiMoCode.Engine.Foundation.Text;

namespace MiMoCode.Tests.Foundation.Text;

public sealed class EditMatcherTests
{
    /// <summary>What the case shows, the file, old, new, and the file afterwards.</summary>
    public static TheoryData<string, string, string, string, string> Edits => new()
    {
        { "part of a line", "the red fox", "red", "grey", "the grey fox" },
        { "one line becomes two", "a\nb\nc", "b", "b1\nb2", "a\nb1\nb2\nc" },
        { "new text is no pattern", "cost $1", "$1", "$& and $$", "cost $& and $$" },
        { "old text is no pattern", "f(x)[0].*", "(x)[0].*", @"\2", @"f\2" },
        { "joined emoji", "a \U0001F468‍\U0001F4BB b", "\U0001F468‍\U0001F4BB", "coder", "a coder b" },
        { "adds the last newline", "end", "end", "end\n", "end\n" },
        { "takes the last newline away", "end\n", "end\n", "end", "end" },
        { "only newlines match exactly", "x\n\n\ny\n", "\n\n\n", "\n", "x\ny\n" },
        { "CRLF file, part of a line", "one\r\ntwo\r\nthree", "two", "2", "one\r\n2\r\nthree" },
        { "CRLF file, LF arguments", "one\r\ntwo\r\nthree\r\n", "one\ntwo", "one\n2\nmore", "one\r\n2\r\nmore\r\nthree\r\n" },
        { "LF file, CRLF arguments", "one\ntwo\nthree\n", "one\r\ntwo", "1\r\n2", "1\n2\nthree\n" },
        { "LF file, only new has CRLF", "one\ntwo\n", "one\ntwo", "one\r\n2", "one\n2\n" },
        { "CRLF file, mixed arguments", "one\r\ntwo\r\nthree\r\n", "one\r\ntwo\nthree", "one\ntwo\r\n3", "one\r\ntwo\r\n3\r\n" },
        { "mixed file keeps its odd lines", "one\ntwo\r\nthree\nfour\n", "three", "3", "one\ntwo\r\n3\nfour\n" },
        { "mixed span keeps shared lines", "one\ntwo\r\nthree\n", "one\ntwo\nthree", "one\ntwo\n3", "one\ntwo\r\n3\n" },
        { "old Macintosh file", "one\rtwo\rthree\r", "one\ntwo\n", "one\n2\n2b\n", "one\r2\r2b\rthree\r" },
        { "file without endings takes new ones as given", "one", "one", "1\r\n2", "1\r\n2" },
        { "outer blanks stay when the inside is exact", "  left right  \nnext", "left right", "both", "  both  \nnext" },
        { "trailing blanks in the file", "do {\t\n  work();  \n}\n", "do {\n  work();\n}", "do {\n  rest();\n}", "do {\n  rest();\n}\n" },
        { "indentation missing", "      a()\n      b()\n", "a()\nb()\n", "a()\nc()\n", "      a()\n      c()\n" },
        { "indentation missing, deeper line", "\n  p\n    q\n  r\n", "p\n  q\n", "P\n  Q\n", "\n  P\n    Q\n  r\n" },
        { "some indentation missing", "     a\n     b\n", "  a\n  b\n", "  A\n    B\n", "     A\n       B\n" },
        { "stray empty line first", "   a\n   b\n   c\n", "\n a\n b\n", " A\n B\n", "   A\n   B\n   c\n" },
        { "whole block deeper, no final newline", "      a\n      b", "   a\n   b", "   A\n   B", "      A\n      B" },
        { "too deep: moved left", " p:\n  q\n", "    p:\n     q\n", "    p:\n     z\n", " p:\n  z\n" },
        { "tabs against blanks: taken as given", "\tp:\n\t\tq\n", "  p:\n    q\n", "  p:\n    z\n", "  p:\n    z\n" },
        { "final newline missing in the file", "    a\n    b", "a\nb\n", "a\nc\n", "    a\n    c" },
        { "runs of blanks", "let  x   =  1;", "let x = 1;", "let y = 2;", "let y = 2;" },
        { "runs of blanks in part of a line", "r = sum(p,\t q) * 2", "sum(p, q)", "sum(q, p)", "r = sum(q, p) * 2" },
        { "blanks around old", "left right", "   left right ", "gone", "gone" },
        { "over-escaped quotes", "say \"no\"", "say \\\"no\\\"", "say \\\"yes\\\"", "say \"yes\"" },
        { "over-escaped newline", "p\nq\n", "p\\nq", "r\\ns", "r\ns\n" },
        { "only the escapes seen in old are undone", "a \"b\"", "a \\\"b\\\"", "a\\nb", "a\\nb" },
        { "exact escapes stay", "puts(\"x\\n\")\n", "puts(\"x\\n\")", "puts(\"y\\n\")", "puts(\"y\\n\")\n" },
        { "typographic dashes", "a – b non‑stop", "a - b non-stop", "done", "done" },
        { "curly quotes", "he said “go”", "said \"go\"", "said \"stop\"", "he said \"stop\"" },
        { "no-break space", "ten km", "ten km", "6 miles", "6 miles" },
        { "anchors round nearly the same", "fn go() {\n  let total = 1\n  ret total\n}\n", "fn go() {\n  let totals = 1\n  ret totals\n}", "X", "X\n" },
        { "equal empty lines agree", "box {\n\n  width = 10\n\n  height = 21\n}\n", "box {\n\n  width = 10\n\n  height = 22\n}", "X", "X\n" },
    };

    /// <summary>What the case shows, the file or null, old, new, and what is wrong.</summary>
    public static TheoryData<string, string?, string, string, string> Refusals => new()
    {
        { "no file", null, "a", "b", nameof(EditProblem.MissingFile) },
        { "empty old on a file", "a\n", "", "b", nameof(EditProblem.EmptyOldText) },
        { "nothing to change", "a", "b", "b", nameof(EditProblem.Identical) },
        { "both empty", "a", "", "", nameof(EditProblem.Identical) },
        { "only endings differ", "p\r\nq\r\n", "p\nq", "p\r\nq", nameof(EditProblem.Identical) },
        { "twice", "dog cat dog", "dog", "cow", nameof(EditProblem.Ambiguous) },
        { "overlapping", "aaa", "aa", "b", nameof(EditProblem.Ambiguous) },
        { "absent", "some text", "else", "b", nameof(EditProblem.NotFound) },
        { "a full stop is no blank", "run(p.q)\n", "run(p q)", "b", nameof(EditProblem.NotFound) },
        { "only blanks", "p\nq\n", "  ", "b", nameof(EditProblem.NotFound) },
        { "blanks around old do not end inside a word", "foobar", " foo ", "b", nameof(EditProblem.NotFound) },
        { "loose in two places", "  p\n  q\n  p\n", "\tp\n", "\tz\n", nameof(EditProblem.Ambiguous) },
        { "exact in two places needs context", "if a:\n  x = 1\nif b:\n  x = 1\n", "  x = 1\n", "  x = 2\n", nameof(EditProblem.Ambiguous) },
        { "unrelated lines between anchors", "fn go() {\n  dropTables()\n}\n", "fn go() {\n  let a = 1\n}", "X", nameof(EditProblem.NotFound) },
        { "anchors need a middle", "fn go() {\n  p()\n  q()\n}\n", "fn go() {\n}\n", "X", nameof(EditProblem.NotFound) },
        { "anchors swallow nothing", "S\n1\n2\n3\n4\n5\nE\n", "S\n1\nE", "X", nameof(EditProblem.NotFound) },
        { "two alike blocks", "[\n red one\n]\n[\n rod one\n]\n", "[\n rid one\n]", "X", nameof(EditProblem.Ambiguous) },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void Edits_what_is_meant(string what, string file, string oldText, string newText, string expected)
    {
        var outcome = EditMatcher.Apply(file, oldText, newText);

        var matched = Assert.IsType<EditOutcome.Matched>(outcome);
        Assert.True(expected == matched.Text, $"{what}: {matched.Text}");
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Refuses_what_is_not_clear(string what, string? file, string oldText, string newText, string problem)
    {
        var outcome = EditMatcher.Apply(file, oldText, newText);

        var failed = Assert.IsType<EditOutcome.Failed>(outcome);
        Assert.True(problem == failed.Problem.ToString(), $"{what}: {failed.Message}");
        Assert.EndsWith(".", failed.Message.Split('\n')[0].TrimEnd(':') + ".");
    }

    [Fact]
    public void Creates_a_missing_file_from_an_empty_old_text()
    {
        var matched = Assert.IsType<EditOutcome.Matched>(EditMatcher.Apply(null, "", "first\r\n"));

        Assert.Equal("first\r\n", matched.Text);
    }

    [Theory]
    [InlineData("cow dog cow", "cow", "hen", "hen dog hen")]
    [InlineData("p,q,r", ",", "", "pqr")]
    [InlineData("aaaa", "aa", "b", "bb")]
    [InlineData("p\r\nq\r\np\r\nq\r\n", "p\nq", "p\n2", "p\r\n2\r\np\r\n2\r\n")]
    public void Replaces_every_exact_place_when_asked(string file, string oldText, string newText, string expected) =>
        Assert.Equal(expected, Assert.IsType<EditOutcome.Matched>(EditMatcher.Apply(file, oldText, newText, replaceAll: true)).Text);

    [Fact]
    public void Never_replaces_all_loosely() =>
        Assert.Equal(EditProblem.NotFound, Assert.IsType<EditOutcome.Failed>(
            EditMatcher.Apply("  a\n  a\n", "\ta\n", "\tb\n", replaceAll: true)).Problem);

    [Fact]
    public void Names_the_lines_of_an_ambiguous_text()
    {
        var failed = Assert.IsType<EditOutcome.Failed>(EditMatcher.Apply("a\nb\na\n", "a", "c"));

        Assert.Contains("lines 1, 3", failed.Message, StringComparison.Ordinal);
        Assert.Contains("replaceAll", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_the_closest_lines_of_a_text_not_found()
    {
        var failed = Assert.IsType<EditOutcome.Failed>(EditMatcher.Apply("one\ncount = total + 1\n", "count = totals - 2", "c"));

        Assert.Contains("2: count = total + 1", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Replaces_a_million_places_in_linear_time()
    {
        var file = string.Concat(Enumerable.Repeat("ab\n", 1_000_000));

        var matched = Assert.IsType<EditOutcome.Matched>(EditMatcher.Apply(file, "b", "cd", replaceAll: true));

        Assert.Equal(4_000_000, matched.Text.Length);
    }
}
