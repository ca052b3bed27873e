using System.Text;
using MiMoCode.App.Tui.Looks;
using MiMoCode.App.Tui.Parts;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Terminal.Text;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.App.Tui;

/// <summary>Texts, diffs and lines that are far longer than a screen.</summary>
public sealed class LongTextTests
{
    private static readonly Look Look = new(new Themes().Read(Themes.Default, dark: true).Theme);

    [Fact]
    public void Only_rows_that_are_looked_at_are_laid_out()
    {
        var laidOut = 0;
        var lines = new LazyLines(35_000, row => 1 + row % 3, row =>
        {
            laidOut++;
            return [.. Enumerable.Range(0, 1 + row % 3).Select(line => StyledLine.Of($"{row}.{line}", default))];
        });
        Assert.Equal(69_999, lines.Count);
        for (var at = 40_000; at < 40_040; at++) { _ = lines[at]; _ = lines[at]; }
        Assert.Equal("0.0", lines[0].ToString());
        Assert.Equal("1.1", lines[2].ToString());
        Assert.Equal("34999.1", lines[^1].ToString());
        Assert.InRange(laidOut, 20, 25);
        Assert.Throws<ArgumentOutOfRangeException>(() => lines[69_999]);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(140)]
    public void What_is_counted_beforehand_is_what_is_laid_out(int columns)
    {
        var diff = "@@ -1,4 +1,5 @@\n same 世界 👨‍👩‍👧 and a good deal more text than there is room for\n-\told\e[31m line\n+new\u200b line e\u0301\n+" + new string('Q', 20_000) + "\n  end\r\n";
        foreach (var split in new[] { false, true })
        {
            var lines = DiffLines.Of(diff, columns, split, Look, indent: 2);
            Assert.Equal(lines.Count, lines.ToList().Count);
            Assert.All(lines, line => Assert.InRange(line.Width, 1, columns));
            Assert.Equal(20_000, lines.Sum(line => line.ToString().Count(letter => letter == 'Q')));
        }
        var plain = PlainText.Lines(diff, columns, default, indent: 2);
        Assert.Equal(plain.Count, plain.ToList().Count);
        Assert.All(plain, line => Assert.InRange(line.Width, 0, columns));
    }

    [Fact]
    public void No_odd_character_hides_the_rest_of_a_diff()
    {
        var diff = "--- a/x\n+++ b/x\n@@ -1,2 +1,6 @@\n-one\n+page\fbreak\n+line\u2028separator\n+next\u0085line\n+carriage\rreturn\n+last\n odd\nno sign at all\n--- a/y\n+++ b/y\n@@ -5 +5 @@\n--- two hyphens\n+++ two pluses\n";
        var text = string.Join('\n', DiffLines.Of(diff, 80, split: false, Look).Select(line => line.ToString().TrimEnd()));
        foreach (var word in (string[])["break", "separator", "line", "return", "last", "no sign at all", "- -- two hyphens", "+ ++ two pluses"])
            Assert.Contains(word, text, StringComparison.Ordinal);
        Assert.DoesNotContain("a/y", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_line_is_wrapped_as_one_and_nothing_of_it_is_lost()
    {
        var text = string.Join(' ', Enumerable.Range(0, 6000).Select(number => $"word{number}"));
        var lines = PlainText.Lines(text, 80, default);
        Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), string.Concat(lines.Select(line => line.ToString())).Replace(" ", "", StringComparison.Ordinal));
        Assert.All(lines.SkipLast(1), line => Assert.True(line.Continues));
        Assert.False(lines[^1].Continues);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Plain_text_that_grows_ends_as_if_it_had_come_at_once(int piece)
    {
        var text = "\n\nFirst 世界,\ta line that is long enough to be wrapped\n\n\nsecond\e[31m line\r\n" + new string('x', 20_000) + "\nend\n\n";
        var lines = new GrowingLines(30, default);
        for (var at = 0; at < text.Length; at += piece)
        {
            lines.Append(text.Substring(at, Math.Min(piece, text.Length - at)));
            _ = lines.Count;
        }
        Assert.Equal(PlainText.Lines(text.Trim(), 30, default).Select(line => line.ToString()), lines.Select(line => line.ToString()));
        Assert.Equal("end", lines[^1].ToString());
    }

    [Fact]
    public void What_is_not_opened_is_cut_and_counted()
    {
        var text = string.Concat(Enumerable.Range(0, 200_000).Select(number => $"line {number}\n"));
        var lines = PlainText.Lines(text, 80, default, most: 10);
        Assert.Equal(11, lines.Count);
        Assert.Equal("line 9", lines[9].ToString());
        Assert.Equal("… 199990 more lines", lines[10].ToString());
        Assert.Equal(["a", "… 1 more lines"], PlainText.Lines("a\nb", 80, default, most: 1).Select(line => line.ToString()));
        Assert.Equal(2, PlainText.Lines(new string('x', 5_000_000), 80, default, most: 1).Count);
    }

    [Fact]
    public async Task A_permission_for_a_diff_of_35000_lines_shows_its_beginning_and_its_end()
    {
        var diff = new StringBuilder("@@ -1,0 +1,35000 @@\n");
        for (var line = 1; line <= 35_000; line++) { diff.Append(System.Globalization.CultureInfo.InvariantCulture, $"+row {line} 世界\n"); }
        var client = new QuietClient();
        client.Add(Talks.SessionId, "Greet", Talks.Of(Talks.User("msg_1"), Talks.Text("msg_1", "prt_1", "hello")));
        await using var screen = await new TuiScreen(120, 40, client, shows: Talks.SessionId).SettleAsync();
        var metadata = Details.ToMetadata(new DiffDetails("x.cs", diff.ToString(), 35_000, 0));
        await screen.TellAsync(new PermissionAsked(new PermissionRequest("per_1", Talks.SessionId, "edit", ["x.cs"], metadata, [])));
        Assert.Contains("row 1 世界", screen.Text, StringComparison.Ordinal);
        Assert.Contains("more lines", screen.Text, StringComparison.Ordinal);
        await screen.PressAsync("end");
        Assert.Contains("row 35000 世界", screen.Text, StringComparison.Ordinal);
        await screen.PressAsync("home");
        Assert.Contains("row 1 世界", screen.Text, StringComparison.Ordinal);
    }
}
