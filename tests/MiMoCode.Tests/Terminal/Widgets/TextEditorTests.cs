using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.Tests.Terminal.Widgets;

public sealed class TextEditorTests
{
    private static readonly EditorKeys Keys = new();

    private readonly TextEditor editor = new();

    [Theory]
    [InlineData("one two|", "ctrl+w", "one |")]
    [InlineData("one two|", "alt+b", "one |two")]
    [InlineData("|one two", "alt+f", "one| two")]
    [InlineData("one| two", "alt+d", "one|")]
    [InlineData("a\nbc|d\ne", "ctrl+a", "a\n|bcd\ne")]
    [InlineData("a\nb|cd\ne", "ctrl+e", "a\nbcd|\ne")]
    [InlineData("a\nb|cd\ne", "ctrl+k", "a\nb|\ne")]
    [InlineData("a\nb|\ne", "ctrl+k", "a\nb|e")]
    [InlineData("a\nbc|d", "ctrl+u", "a\n|d")]
    [InlineData("a\nbc|d\ne", "ctrl+shift+d", "a\n|e")]
    [InlineData("a👩‍💻|b", "backspace", "a|b")]
    [InlineData("a|🇩🇪b", "right", "a🇩🇪|b")]
    [InlineData("e\u0301|", "left", "|e\u0301")]
    [InlineData("a|b", "delete", "a|")]
    [InlineData("a|b", "shift+return", "a\n|b")]
    [InlineData("ab\ncd|", "up", "ab|\ncd")]
    [InlineData("abc|\nd", "down", "abc\nd|")]
    [InlineData("ab|c", "home", "|abc")]
    [InlineData("ab|c", "end", "abc|")]
    public void A_key_does_what_the_table_says(string before, string key, string after)
    {
        Set(before);
        Press(key);
        Assert.Equal(after, State());
    }

    [Fact]
    public void Typed_letters_are_undone_together_and_redone()
    {
        Type("hello world");
        Press("ctrl+-");
        Assert.Equal("hello |", State());
        Press("ctrl+.");
        Assert.Equal("hello world|", State());
    }

    [Fact]
    public void What_was_killed_can_be_put_back()
    {
        Set("one two|");
        Press("ctrl+w");
        Press("ctrl+a");
        Press("ctrl+y");
        Assert.Equal("two|one ", State());
    }

    [Fact]
    public void A_selection_is_replaced_by_what_is_typed()
    {
        Set("one two|");
        Press("alt+shift+left");
        Assert.Equal("two", editor.Buffer.SelectedText);
        Type("x");
        Assert.Equal("one x|", State());
    }

    [Fact]
    public void At_the_first_row_up_is_left_to_others()
    {
        Set("a\nb|");
        Assert.True(Press("up"));
        Assert.False(Press("up"));
        Assert.True(editor.InFirstRow);
    }

    [Fact]
    public void Moving_over_a_short_row_keeps_the_column()
    {
        Set("long row\nx\nlong| row");
        Press("up");
        Press("up");
        Assert.Equal("long| row\nx\nlong row", State());
    }

    [Fact]
    public void Random_keys_never_put_the_caret_inside_a_cluster_and_undo_brings_everything_back()
    {
        string[] keys = ["left", "right", "up", "down", "home", "end", "ctrl+w", "ctrl+k", "ctrl+u",
            "backspace", "delete", "alt+f", "alt+b", "shift+left", "shift+up", "ctrl+y", "ctrl+j", "a", "日", "ctrl+a", "ctrl+e", "ctrl+shift+d", "alt+d"];
        string[] pastes = ["👩‍💻", "e\u0301", "\u0301", "🇩🇪", "two words", "\n"];
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var field = new TextEditor();
            for (var i = 0; i < 150; i++)
            {
                field.RowsAt(random.Next(3, 30));
                if (random.Next(4) == 0) field.Buffer.Insert(pastes[random.Next(pastes.Length)]);
                else if (KeyPress.TryParse(keys[random.Next(keys.Length)], out var press)) field.Handle(press, Keys);
                Assert.Contains(field.Buffer.Caret, Borders(field.Buffer.Text));
            }

            while (field.Buffer.Undo()) Assert.InRange(field.Buffer.Caret, 0, field.Buffer.Text.Length);
            Assert.Equal("", field.Buffer.Text);
        }
    }

    [Fact]
    public void The_terminal_cursor_stands_at_the_caret()
    {
        Set("日本語 and more text|");
        var frames = new FrameBuffer(new Size(20, 4), ColorDepth.TrueColor);
        var at = editor.Draw(frames.Begin().Part(new Area(4, 1, 10, 3)), CellStyle.Plain, CellStyle.Plain);
        var terminal = new MiMoCode.TestKit.Terminal.VirtualTerminal(20, 4);
        terminal.Write(frames.End(at).Span);
        Assert.Equal("\n    日本語\n    and more\n    text", terminal.Text);
        Assert.Equal((8, 3), (terminal.CursorX, terminal.CursorY));
    }

    private static HashSet<int> Borders(string text)
    {
        var borders = new HashSet<int> { text.Length };
        foreach (var cluster in new Clusters(text)) borders.Add(cluster.Start);
        return borders;
    }

    private bool Press(string key)
    {
        Assert.True(KeyPress.TryParse(key, out var press), key);
        return editor.Handle(press, Keys);
    }

    private void Type(string text)
    {
        foreach (var rune in text.EnumerateRunes()) editor.Handle(new KeyPress(rune), Keys);
    }

    private void Set(string state)
    {
        editor.Buffer.SetText(state.Replace("|", "", StringComparison.Ordinal));
        editor.Buffer.MoveTo(state.IndexOf('|', StringComparison.Ordinal));
    }

    private string State() => editor.Buffer.Text.Insert(editor.Buffer.Caret, "|");
}
