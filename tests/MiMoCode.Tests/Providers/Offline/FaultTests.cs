using MiMoCode.Providers.Offline.Code;
using MiMoCode.Providers.Offline.Faults;

namespace MiMoCode.Tests.Providers.Offline;

public sealed class FaultTests
{
    [Theory]
    [InlineData("f.js", "if (a < b) c();", "if (a <= b) c();")]
    [InlineData("f.js", "if (a === b) c();", "if (a !== b) c();")]
    [InlineData("f.js", "return a - b;", "return a + b;")]
    [InlineData("f.js", "x = a * b;", "x = a % b;")]
    [InlineData("f.js", "return a && b;", "return a || b;")]
    [InlineData("f.py", "    return a and b", "    return a or b")]
    [InlineData("f.js", "if (!found) stop();", "if (found) stop();")]
    [InlineData("f.js", "if (found) stop();", "if (!found) stop();")]
    [InlineData("f.py", "    if found:", "    if not found:")]
    [InlineData("f.js", "x = 4;", "x = 5;")]
    [InlineData("f.js", "x = true;", "x = false;")]
    [InlineData("f.js", "for (i = 0; i < list.length; i++) go();", "for (i = 0; i < list.length - 1; i++) go();")]
    [InlineData("f.js", "return list.slice(start);", "return list.slice(start + 1);")]
    [InlineData("f.js", "return n + 1;", "return n;")]
    [InlineData("f.js", "call(one, two);", "call(two, one);")]
    [InlineData("f.js", "x = Math.min(a, b);", "x = Math.max(a, b);")]
    [InlineData("f.js", "function f(low, high) {\n  return high - high;\n}", "function f(low, high) {\n  return high - low;\n}")]
    [InlineData("f.js", "x = s.replace(/a/, b);", "x = s.replace(/a/g, b);")]
    [InlineData("f.c", "while (room(r) <= needed) drop(r);", "while (room(r) < needed) drop(r);")]
    [InlineData("f.cs", "if (to - from > atLeast) Add();", "if (to - from >= atLeast) Add();")]
    public void Knows_how_to_undo_a_small_mistake(string path, string wrong, string right) =>
        Assert.Contains(right, Repairs(path, wrong));

    [Theory]
    [InlineData("f.c", "int f(const struct ring *ring);", "*")]
    [InlineData("f.c", "#include <a.h>", "<")]
    [InlineData("f.cs", "List<string> all = [];", "<")]
    [InlineData("f.js", "// a < b", "<")]
    [InlineData("f.js", "var a = require('a-b');", "'a-b'")]
    public void Leaves_alone_what_only_looks_like_an_operator(string path, string code, string sign) =>
        Assert.DoesNotContain(Candidates(path, code, Clues.None), repair => repair.Original == sign);

    [Fact]
    public void Puts_the_expected_words_into_a_text()
    {
        var clues = new Clues([new Mismatch("Hello, you!", "Helo, you!")]);

        Assert.Contains("say('Hello, ' + name);", Candidates("f.js", "say('Helo, ' + name);", clues).Select(repair => repair.Apply()));
    }

    [Fact]
    public void Spells_a_text_as_the_project_does()
    {
        var source = new SourceFile("f.js", "if (typeof a === 'sting') go('colour');\nset('colour');", Dialect.Of("f.js")!);
        var clues = Clues.None with { Vocabulary = Vocabulary.Of([source]) };

        Assert.Contains(Catalogue.Of(source, clues), repair => repair.Replacement == "'string'");
    }

    [Fact]
    public void Doubts_most_what_does_nothing_where_it_stands()
    {
        var repairs = Candidates("f.js", "x = list.length - 0; y = list[0];", Clues.None).Where(repair => repair is { Original: "0", Replacement: "1" }).ToList();

        Assert.True(repairs[0].Weight > repairs[1].Weight);
    }

    private static IEnumerable<string> Repairs(string path, string code) => Candidates(path, code, Clues.None).Select(repair => repair.Apply());

    private static IEnumerable<Candidate> Candidates(string path, string code, Clues clues) => Catalogue.Of(new SourceFile(path, code, Dialect.Of(path)!), clues);
}
