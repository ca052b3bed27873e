using MiMoCode.TestKit;
using MiMoCode.Terminal.Text;

namespace MiMoCode.Tests.Terminal.Text;

public sealed class WidthTests
{
    [Fact]
    public void Every_row_of_the_width_table_holds()
    {
        var rows = File.ReadAllLines(Path.Combine(Repository.Root, "tests/MiMoCode.Tests/Terminal/Text/widths.txt"))
            .Where(line => line.Length > 0 && line[0] != '#').ToArray();
        Assert.InRange(rows.Length, 250, 400);
        var wrong = new List<string>();
        foreach (var row in rows)
        {
            var fields = row.Split(' ', 3);
            var text = string.Concat(fields[1].Split('+').Select(hex => char.ConvertFromUtf32(Convert.ToInt32(hex, 16))));
            if (TextWidth.Of(text) != int.Parse(fields[0], System.Globalization.CultureInfo.InvariantCulture)) wrong.Add($"{row}: got {TextWidth.Of(text)}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("hello", 10, "hello")]
    [InlineData("hello", 4, "hel…")]
    [InlineData("日本語", 4, "日…")]
    [InlineData("日本語", 6, "日本語")]
    [InlineData("a👩‍💻b", 3, "a…")]
    [InlineData("x", 0, "")]
    public void Cuts_between_clusters(string text, int columns, string expected) => Assert.Equal(expected, Fit.Cut(text, columns));

    [Fact]
    public void Cutting_the_middle_keeps_both_ends()
    {
        Assert.Equal("src/M…nal/Fit.cs", Fit.CutMiddle("src/MiMoCode.Terminal/Fit.cs", 16));
        for (var columns = 0; columns < 40; columns++) Assert.InRange(TextWidth.Of(Fit.CutMiddle("日本語/ディレクトリ/ファイル.txt", columns)), 0, columns);
    }

    [Theory]
    [InlineData("the quick brown fox", 10, "the quick|brown fox")]
    [InlineData("the quick", 9, "the quick")]
    [InlineData("abcdefghij", 4, "abcd|efgh|ij")]
    [InlineData("a abcdefghij b", 4, "a|abcd|efgh|ij b")]
    [InlineData("日本語です", 4, "日本|語で|す")]
    [InlineData("one\n\ntwo", 10, "one||two")]
    [InlineData("well-known-words", 6, "well-|known-|words")]
    [InlineData("", 5, "")]
    [InlineData("word   ", 4, "word")]
    [InlineData("  indented text", 10, "  indented|text")]
    public void Wraps_at_words(string text, int columns, string expected) =>
        Assert.Equal(expected, string.Join('|', WordWrap.Lines(text, columns).Select(range => text[range])));

    [Fact]
    public void No_wrapped_line_is_too_wide_and_nothing_but_spaces_is_lost()
    {
        var random = new Random(1);
        string[] pieces = ["word", " ", "  ", "日本", "👩‍💻", "e\u0301", "-", "/", "\n", "averyveryverylongword", "🇩🇪"];
        for (var round = 0; round < 500; round++)
        {
            var text = string.Concat(random.GetItems(pieces, 30));
            var columns = random.Next(2, 30);
            var lines = WordWrap.Lines(text, columns).Select(range => text[range]).ToList();
            Assert.All(lines, line => Assert.InRange(TextWidth.Of(line), 0, columns));
            Assert.Equal(Strip(text), Strip(string.Concat(lines)));
        }

        static string Strip(string text) => text.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
    }

    [Fact]
    public void Going_back_finds_the_same_borders_as_going_forward()
    {
        const string Text = "a日👩‍💻 é\n🇩🇪🇫🇷x";
        var forward = new List<int>();
        foreach (var cluster in new Clusters(Text)) forward.Add(cluster.Start);
        var back = new List<int>();
        for (var at = Text.Length; at > 0;)
        {
            at = Clusters.PreviousStart(Text, at);
            back.Insert(0, at);
        }

        Assert.Equal(forward, back);
    }
}
