using System.Text;
using MiMoCode.Terminal.Markdown;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.Tests.Terminal.Markdown;

public sealed class MarkdownTextTests
{
    private const string Sample = """
        # Title

        A paragraph with **bold**, *slanted* and `code` in it, long enough to be wrapped at some word.
        Second line of it, see [the docs](https://example.com/docs).

        - first item
          - nested 日本語 item that is long enough to be wrapped
        - [x] done
        1. one
        2. two

        > quoted words
        > and more

        ```csharp
        // says hello
        public static void Main() => Print("hi \" there", 42);

        /* open
        still */ var x = 1;
        ```

        | Name | Count |
        |------|------:|
        | a    | 1     |
        | 日本 | 20    |

        ---
        The end, 2 * 3 * 4, snake_case_name and ~~gone~~.
        """;

    private static readonly MarkdownStyles Styles = new()
    {
        Code = new CellStyle(Color.Palette(2)),
        Tokens = new Dictionary<Token, CellStyle> { [Token.Keyword] = new(Color.Palette(5)), [Token.Comment] = new(Color.Palette(8)), [Token.String] = new(Color.Palette(3)) },
    };

    [Fact]
    public void A_page_looks_as_it_should()
    {
        const string Expected = """
            Title

            A paragraph with bold, slanted and code
            in it, long enough to be wrapped at some
            word. Second line of it, see the docs
            (https://example.com/docs).

            • first item
              • nested 日本語 item that is long
                enough to be wrapped
            ☑ done
            1. one
            2. two

            │ quoted words and more

              // says hello
              public static void Main() => Print("hi
               \" there", 42);

              /* open
              still */ var x = 1;

            Name │ Count
            ─────┼──────
            a    │     1
            日本 │    20

            ────────────────────────────────────────
            The end, 2 * 3 * 4, snake_case_name and
            gone.
            """;
        Assert.Equal(Expected.ReplaceLineEndings("\n"), Shown(Whole(40)));
    }

    [Fact]
    public void Code_is_coloured_across_lines()
    {
        var lines = Whole(60).ToList();
        Assert.Equal(Color.Palette(8), StyleOf("still */").Foreground);
        Assert.Equal(Color.Palette(5), StyleOf("public").Foreground);
        Assert.Equal(Color.Palette(3), StyleOf("\"hi \\\" there\"").Foreground);

        CellStyle StyleOf(string text) => lines.SelectMany(line => line.Spans).First(span => span.Text.StartsWith(text, StringComparison.Ordinal)).Style;
    }

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(80)]
    public void Written_in_any_pieces_it_ends_the_same(int columns)
    {
        var expected = Shown(Whole(columns));
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var text = new MarkdownText(columns, Styles);
            var sample = Sample.ReplaceLineEndings("\n");
            for (var at = 0; at < sample.Length;)
            {
                var length = Math.Min(random.Next(1, 9), sample.Length - at);
                text.Append(sample.Substring(at, length));
                Assert.All(text, line => Assert.InRange(line.Width, 0, columns));
                at += length;
            }

            text.Complete();
            Assert.Equal(expected, Shown(text));
        }
    }

    [Fact]
    public void Settled_lines_never_change()
    {
        var text = new MarkdownText(40, Styles);
        var settled = new List<StyledLine>();
        foreach (var c in Sample.ReplaceLineEndings("\n"))
        {
            text.Append(c.ToString());
            for (var i = 0; i < settled.Count; i++) Assert.Same(settled[i], text[i]);
            for (var i = settled.Count; i < text.SettledCount; i++) settled.Add(text[i]);
        }

        Assert.InRange(settled.Count, 20, 100);
    }

    [Theory]
    [InlineData("some words and `code` and **bold** ")]
    [InlineData("dGhpcyBpcyBub3QgcmVhbGx5IGJhc2U2NA")]
    [InlineData("`open [and (never closed *")]
    [InlineData("| cell ")]
    [InlineData("世界")]
    public void A_line_that_does_not_end_settles_too_and_nothing_of_it_is_lost(string words)
    {
        foreach (var (before, after) in ((string, string)[])[("", "\n\nend"), ("```\n", "\n```"), ("- ", "\nend")])
        {
            var text = new MarkdownText(60, Styles);
            text.Append(before);
            for (var piece = 0; piece < 200; piece++) text.Append(string.Concat(Enumerable.Repeat(words, 10)));
            var open = text.Count - text.SettledCount;
            Assert.InRange(open, 0, 600);
            text.Append(after);
            text.Complete();
            Assert.All(text, line => Assert.InRange(line.Width, 0, words[0] == '|' ? int.MaxValue : 60));
            var letters = words.Where(char.IsLetter).ToArray();
            Assert.Equal(2000 * letters.Length, Shown(text).Count(c => letters.Contains(c)) - (after.Contains("end", StringComparison.Ordinal) ? "end".Count(letters.Contains) : 0));
        }
    }

    [Fact]
    public void A_heading_is_one_line() => Assert.Equal("Title\ntext", Shown(MarkdownText.Of("# Title\ntext", 40, Styles)));

    [Fact]
    public void A_long_paragraph_settles_while_it_grows_and_stays_the_same_text()
    {
        var words = new StringBuilder();
        var text = new MarkdownText(60, Styles);
        for (var i = 0; i < 3000; i++)
        {
            var word = i % 50 == 10 ? "**strong" : i % 50 == 20 ? "end**" : $"word{i}";
            words.Append(word.Replace("*", "", StringComparison.Ordinal)).Append(' ');
            text.Append(word + (i % 12 == 11 ? "\n" : " "));
        }

        Assert.InRange(text.Count - text.SettledCount, 1, 60);
        text.Complete();
        Assert.Equal(words.ToString().TrimEnd(), string.Join(' ', text.Select(line => line.ToString())));
    }

    [Fact]
    public void A_copy_of_code_has_no_decoration()
    {
        var lines = MarkdownText.Of("```\nabcdefgh\n```", 7, Styles);
        var copy = new StringBuilder();
        foreach (var line in lines) copy.Append(line.ToString()[line.Gutter..]).Append(line.Continues ? "" : "\n");
        Assert.Equal("abcdefgh\n", copy.ToString());
    }

    [Fact]
    public void Links_show_where_they_lead()
    {
        Assert.Equal("bank (javascript:alert(1))", Shown(MarkdownText.Of("[bank](javascript:alert(1))", 60, Styles)));
        Assert.Equal("cat (https://evil.example/x.png)", Shown(MarkdownText.Of("![cat](https://evil.example/x.png)", 60, Styles)));
    }

    [Fact]
    public void Marks_without_a_partner_are_text()
    {
        Assert.Equal("use *args and **kw, `open and [x](", Shown(MarkdownText.Of("use *args and \\*\\*kw, `open and [x](", 60, Styles)));
    }

    [Fact]
    public void Whatever_comes_nothing_throws_and_nothing_is_too_wide()
    {
        const string Alphabet = "ab *_`~[]()!|-#>\n\n1. \\<h日👩‍💻\t";
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var text = new MarkdownText(12, Styles);
            for (var i = 0; i < 12; i++)
            {
                text.Append(new string(random.GetItems<char>(Alphabet, random.Next(12))));
                _ = text.Count;
            }

            text.Complete();
            Assert.True(text.Count < 400);
        }
    }

    private static MarkdownText Whole(int columns) => MarkdownText.Of(Sample.ReplaceLineEndings("\n"), columns, Styles);

    private static string Shown(IEnumerable<StyledLine> lines) => string.Join('\n', lines.Select(line => line.ToString().TrimEnd()));
}
