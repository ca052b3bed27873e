using MiMoCode.Terminal.Screen;
using MiMoCode.TestKit.Terminal;

namespace MiMoCode.Tests.Terminal.Screen;

public sealed class FrameBufferTests
{
    private static readonly CellStyle Green = new(Color.Rgb(0, 200, 0));

    [Fact]
    public void Sends_nothing_when_nothing_changed()
    {
        var (frames, _) = Shown(20, 4, c => c.Write(0, 0, "hello", Green));
        frames.Begin().Write(0, 0, "hello", Green);
        Assert.Equal(0, frames.End(null).Length);
    }

    [Fact]
    public void A_typed_letter_is_one_byte()
    {
        var (frames, terminal) = Shown(40, 4, c => c.Write(2, 3, "hell", CellStyle.Plain), new Position(6, 3));
        frames.Begin().Write(2, 3, "hello", CellStyle.Plain);
        var bytes = frames.End(new Position(7, 3));
        Assert.Equal("o"u8.ToArray(), bytes.ToArray());
        terminal.Write(bytes.Span);
        Assert.Equal((7, 3, "  hello"), (terminal.CursorX, terminal.CursorY, terminal.Row(3)));
    }

    [Fact]
    public void A_shorter_row_is_erased_to_its_end_and_not_overwritten()
    {
        var (frames, terminal) = Shown(80, 2, c => c.Write(0, 0, new string('x', 80), Green));
        frames.Begin().Write(0, 0, "x", Green);
        var bytes = frames.End(null);
        Assert.InRange(bytes.Length, 1, 12);
        terminal.Write(bytes.Span);
        Assert.Equal("x", terminal.Text);
    }

    [Fact]
    public void Rows_that_moved_up_are_scrolled()
    {
        var lines = Enumerable.Range(0, 30).Select(i => $"line {i} with enough text to be worth moving").ToArray();
        var (frames, terminal) = Shown(80, 24, c => Draw(c, 0));
        Draw(frames.Begin(), 1);
        var bytes = frames.End(null);
        Assert.InRange(bytes.Length, 1, 120);
        terminal.Write(bytes.Span);
        Assert.Equal(lines[1], terminal.Row(0));
        Assert.Equal(lines[20], terminal.Row(19));
        Assert.Equal("prompt", terminal.Row(23));

        void Draw(Canvas canvas, int from)
        {
            for (var y = 0; y < 20; y++) canvas.Write(0, y, lines[from + y], CellStyle.Plain);
            canvas.Write(0, 23, "prompt", Green);
        }
    }

    [Fact]
    public void No_control_character_leaves_as_itself()
    {
        var (_, terminal) = Shown(60, 3, c => c.Write(0, 0, "a\e]52;c;eA==\ab\u009b31mc\u202Ed\r\ne\0\x7f\tf", CellStyle.Plain));
        Assert.Equal("a␛]52;c;eA==␇b\uFFFD31mc\uFFFDd␍e␀␡␉f", terminal.Text);
        Assert.Empty(terminal.Commands);
        Assert.Empty(terminal.Unknown);
    }

    [Fact]
    public void Ten_thousand_accents_stay_in_their_cell()
    {
        var (_, terminal) = Shown(10, 1, c => c.Write(0, 0, "e" + new string('\u0301', 10_000) + "!", CellStyle.Plain));
        Assert.Equal("!", terminal.TextAt(1, 0));
        Assert.InRange(terminal.TextAt(0, 0).Length, 2, 16);
    }

    [Fact]
    public void Half_a_wide_character_at_the_border_is_a_blank()
    {
        var (_, terminal) = Shown(5, 2, c => c.Write(0, 0, "日本語", CellStyle.Plain));
        Assert.Equal("日本", terminal.Row(0));
    }

    [Fact]
    public void A_large_frame_is_wrapped_only_when_the_terminal_agreed()
    {
        var frames = new FrameBuffer(new Size(80, 24), ColorDepth.TrueColor) { Synchronized = true };
        Fill(frames.Begin());
        var text = System.Text.Encoding.UTF8.GetString(frames.End(null).Span);
        Assert.StartsWith("\e[?2026h", text, StringComparison.Ordinal);
        Assert.EndsWith("\e[?2026l", text, StringComparison.Ordinal);

        static void Fill(Canvas canvas)
        {
            for (var y = 0; y < canvas.Height; y++) canvas.Write(0, y, new string('x', 80), Green);
        }
    }

    [Theory]
    [InlineData(ColorDepth.TrueColor, "fg=#00c800")]
    [InlineData(ColorDepth.Palette256, "fg=40")]
    [InlineData(ColorDepth.Ansi16, "fg=2")]
    [InlineData(ColorDepth.None, "")]
    public void Colours_become_the_nearest_that_the_terminal_has(ColorDepth depth, string expected)
    {
        var frames = new FrameBuffer(new Size(10, 1), depth);
        frames.Begin().Write(0, 0, "x", Green);
        var terminal = new VirtualTerminal(10, 1);
        terminal.Write(frames.End(null).Span);
        Assert.Equal(expected, terminal.StyleAt(0, 0));
    }

    private static (FrameBuffer, VirtualTerminal) Shown(int width, int height, Action<Canvas> draw, Position? caret = null)
    {
        var frames = new FrameBuffer(new Size(width, height), ColorDepth.TrueColor);
        var terminal = new VirtualTerminal(width, height);
        draw(frames.Begin());
        terminal.Write(frames.End(caret).Span);
        return (frames, terminal);
    }

    [Fact]
    public void A_frame_that_changes_nothing_and_one_that_changes_a_letter_allocate_nothing()
    {
        var frames = new FrameBuffer(new Size(120, 40), ColorDepth.TrueColor);
        var styles = new[] { new CellStyle(Color.Rgb(200, 180, 160)), CellStyle.Plain };
        foreach (var letters in (string[])["same 世界 👋🏽", "same 世界 👋🏽", "name 世界 👋🏽", "same 世界 👋🏽"])
            Draw(letters);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var none = Draw("same 世界 👋🏽");
        var some = Draw("name 世界 👋🏽");
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, none);
        Assert.InRange(some, 1, 40 * 30);

        int Draw(string text)
        {
            var canvas = frames.Begin();
            for (var y = 0; y < 40; y++) { canvas.Write(y, y, text, styles[y % 2]); }
            return frames.End(new Position(3, 3)).Length;
        }
    }
}
