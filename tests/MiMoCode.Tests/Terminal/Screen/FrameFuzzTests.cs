using MiMoCode.Terminal.Screen;
using MiMoCode.TestKit.Terminal;

namespace MiMoCode.Tests.Terminal.Screen;

/// <summary>Whatever is drawn after whatever: the terminal shows exactly what a fresh terminal would show.</summary>
public sealed class FrameFuzzTests
{
    private static readonly string[] Words =
        ["plain", "日本語", "👩‍💻", "🇩🇪🇫🇷", "e\u0301a\u0308", "❤️", "   ", "x", "한국어", "#️⃣", "\e[31m", "ไทย", "a\u200Bb", "────", "नमस्ते"];

    private static readonly CellStyle[] Styles =
    [
        default, new(Color.Palette(1)), new(Color.Rgb(1, 2, 3), Color.Palette(200)), new(default, Color.Rgb(9, 9, 9)),
        new(Color.Palette(12), default, TextAttributes.Bold | TextAttributes.Underline), new(default, default, TextAttributes.Inverse),
        new(Color.Rgb(5, 5, 5), default, TextAttributes.Dim | TextAttributes.Italic | TextAttributes.Strike),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_screen_after_a_difference_equals_the_screen_drawn_at_once(bool eagerWrap)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            int width = random.Next(1, 40), height = random.Next(1, 16);
            var frames = new FrameBuffer(new Size(width, height), ColorDepth.TrueColor) { Synchronized = seed % 2 == 0 };
            var terminal = new VirtualTerminal(width, height) { EagerWrap = eagerWrap };
            var scene = new Scene(random, width, height);
            for (var frame = 0; frame < 25; frame++)
            {
                scene.Change();
                scene.Draw(frames.Begin());
                var caret = scene.Caret;
                terminal.Write(frames.End(caret).Span);
                AssertSame(Fresh(scene, width, height), terminal, $"seed {seed}, frame {frame}");
                if (caret is { } at) Assert.Equal((at.X, at.Y), (terminal.CursorX, terminal.CursorY));
                Assert.Equal(caret is not null, terminal.CursorVisible);
            }

            Assert.Empty(terminal.Unknown);
        }
    }

    [Fact]
    public void A_terminal_that_knows_no_clusters_is_wrong_only_inside_them()
    {
        var frames = new FrameBuffer(new Size(40, 2), ColorDepth.TrueColor);
        var terminal = new VirtualTerminal(40, 2) { KnowsNoClusters = true };
        frames.Begin().Write(0, 0, "a👩‍💻b🇩🇪c é d", CellStyle.Plain);
        terminal.Write(frames.End(null).Span);
        Assert.Equal("b", terminal.TextAt(3, 0));
        Assert.Equal("c", terminal.TextAt(6, 0));
        Assert.Equal("d", terminal.TextAt(10, 0));
    }

    private static VirtualTerminal Fresh(Scene scene, int width, int height)
    {
        var frames = new FrameBuffer(new Size(width, height), ColorDepth.TrueColor);
        scene.Draw(frames.Begin());
        var terminal = new VirtualTerminal(width, height);
        terminal.Write(frames.End(null).Span);
        return terminal;
    }

    private static void AssertSame(VirtualTerminal expected, VirtualTerminal actual, string where)
    {
        for (var y = 0; y < expected.Height; y++)
        {
            for (var x = 0; x < expected.Width; x++)
            {
                var (want, got) = (Look(expected, x, y), Look(actual, x, y));
                if (want != got) Assert.Fail($"{where}, cell {x},{y}: expected {want}, got {got}\n{expected.Text}\n--\n{actual.Text}");
            }
        }
    }

    private static (string, string) Look(VirtualTerminal terminal, int x, int y) => (terminal.TextAt(x, y), terminal.StyleAt(x, y));

    private sealed class Scene(Random random, int width, int height)
    {
        private readonly List<(int X, int Y, string Text, CellStyle Style)> items = [];
        private int scroll;

        public Position? Caret { get; private set; }

        public void Change()
        {
            if (random.Next(6) == 0) items.Clear();
            if (random.Next(3) == 0) scroll += random.Next(-3, 4);
            for (var i = random.Next(12); i > 0; i--)
            {
                items.Add((random.Next(-3, width), random.Next(-3, height + 3), string.Concat(random.GetItems(Words, random.Next(1, 5))), Pick()));
            }

            Caret = random.Next(4) == 0 ? null : new Position(random.Next(width), random.Next(height));
        }

        public void Draw(Canvas canvas)
        {
            foreach (var (x, y, text, style) in items)
            {
                if (text.Length == 3) canvas.Fill(new Area(x, y - scroll, 7, 2), style);
                canvas.Write(x, y - scroll, text, style);
            }
        }

        private CellStyle Pick() => Styles[random.Next(Styles.Length)];
    }
}
