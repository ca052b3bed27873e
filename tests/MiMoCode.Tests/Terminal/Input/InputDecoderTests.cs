using System.Text;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;

namespace MiMoCode.Tests.Terminal.Input;

public sealed class InputDecoderTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("é", "é")]
    [InlineData("日", "日")]
    [InlineData("\r", "return")]
    [InlineData("\n", "ctrl+j")]
    [InlineData("\t", "tab")]
    [InlineData("\x7f", "backspace")]
    [InlineData("\x03", "ctrl+c")]
    [InlineData("\0", "ctrl+space")]
    [InlineData("\x1f", "ctrl+-")]
    [InlineData("\ea", "alt+a")]
    [InlineData("\e\r", "alt+return")]
    [InlineData("\e\x7f", "alt+backspace")]
    [InlineData("\e[A", "up")]
    [InlineData("\eOA", "up")]
    [InlineData("\e\e[A", "alt+up")]
    [InlineData("\e[1;5C", "ctrl+right")]
    [InlineData("\e[1;4D", "alt+shift+left")]
    [InlineData("\e[Z", "shift+tab")]
    [InlineData("\e[3~", "delete")]
    [InlineData("\e[3;3~", "alt+delete")]
    [InlineData("\e[5~", "pageup")]
    [InlineData("\e[H", "home")]
    [InlineData("\e[4~", "end")]
    [InlineData("\eOP", "f1")]
    [InlineData("\e[12;2~", "shift+f2")]
    [InlineData("\e[24~", "f12")]
    [InlineData("\e[[C", "f3")]
    [InlineData("\e[13;2u", "shift+return")]
    [InlineData("\e[97;5u", "ctrl+a")]
    [InlineData("\e[97:65;6u", "ctrl+shift+a")]
    [InlineData("\e[97;2u", "A")]
    [InlineData("\e[27u", "escape")]
    [InlineData("\e[127;5u", "ctrl+backspace")]
    [InlineData("\e[118;9u", "super+v")]
    [InlineData("\e[27;2;13~", "shift+return")]
    [InlineData("\e[46;5u", "ctrl+.")]
    public void Names_keys_of_old_and_new_terminals(string bytes, string expected)
    {
        var key = Assert.IsType<KeyInput>(Assert.Single(Decode(bytes)));
        Assert.Equal(expected, key.Press.ToString());
    }

    [Fact]
    public void A_lone_escape_waits_for_the_flush()
    {
        var decoder = new InputDecoder();
        var told = new List<TerminalInput>();
        decoder.Decode("\e"u8, told.Add);
        Assert.Empty(told);
        Assert.True(decoder.Undecided);
        decoder.Flush(told.Add);
        Assert.Equal("escape", Assert.IsType<KeyInput>(Assert.Single(told)).Press.ToString());
        Assert.False(decoder.Undecided);
    }

    [Fact]
    public void A_paste_may_be_cut_anywhere_and_keys_go_on_behind_it()
    {
        var bytes = Encoding.UTF8.GetBytes("x\e[200~日\r\n\e[20\u00851~\e[201~y");
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var decoder = new InputDecoder();
            var inputs = new List<TerminalInput>();
            decoder.Decode(bytes.AsSpan(0, cut), inputs.Add);
            decoder.Decode(bytes.AsSpan(cut), inputs.Add);
            Assert.Equal(3, inputs.Count);
            Assert.Equal("日\n[201~", Assert.IsType<PasteInput>(inputs[1]).Text);
        }
    }

    [Fact]
    public void A_paste_is_one_text_and_harmless()
    {
        var paste = Assert.IsType<PasteInput>(Assert.Single(Decode("\e[200~a\r\nb\rc\td\e[31m\x07日\e[201~")));
        Assert.Equal("a\nb\nc\td[31m日", paste.Text);
    }

    [Theory]
    [InlineData("\e[<0;5;7M", MouseAct.Press, MouseButton.Left, 4, 6)]
    [InlineData("\e[<0;5;7m", MouseAct.Release, MouseButton.Left, 4, 6)]
    [InlineData("\e[<34;1;1M", MouseAct.Drag, MouseButton.Right, 0, 0)]
    [InlineData("\e[<35;300;200M", MouseAct.Move, MouseButton.None, 299, 199)]
    [InlineData("\e[<64;1;2M", MouseAct.WheelUp, MouseButton.None, 0, 1)]
    [InlineData("\e[<65;1;2M", MouseAct.WheelDown, MouseButton.None, 0, 1)]
    public void Reads_the_mouse(string bytes, MouseAct act, MouseButton button, int x, int y) =>
        Assert.Equal(new MouseInput(act, button, new Position(x, y), KeyModifiers.None), Assert.Single(Decode(bytes)));

    [Fact]
    public void Reads_focus_and_replies() => Assert.Equal(
        [
            new FocusInput(true), new FocusInput(false), new ReplyInput(TerminalReply.SynchronizedOutput, 2),
            new ReplyInput(TerminalReply.KeyboardFlags, 0), new ReplyInput(TerminalReply.Attributes, 0),
        ],
        Decode("\e[I\e[O\e[?2026;2$y\e[?0u\e[?62;22c"));

    [Fact]
    public void Strings_of_the_terminal_and_broken_sequences_type_nothing()
    {
        Assert.Empty(Decode("\e]11;rgb:0000/0000/0000\e\\\e]0;x\a\eP1$r0m\e\\\e[?1;2;3z"));
        Assert.Equal("a", Assert.IsType<KeyInput>(Assert.Single(Decode("\e[12\e[99999999999;:~a"))).Press.ToString());
    }

    [Fact]
    public void Bytes_may_be_cut_anywhere()
    {
        const string Stream = "aé日👩\e[A\e[1;5C\e[<0;5;7M\e[200~x\r\ny\e[20z\e[201~\e[13;2u\ea\e[?2026;2$y\eOP\e[I";
        var bytes = Encoding.UTF8.GetBytes(Stream);
        var whole = Decode(Stream);
        Assert.Equal(13, whole.Count);
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var decoder = new InputDecoder();
            var told = new List<TerminalInput>();
            decoder.Decode(bytes.AsSpan(0, cut), told.Add);
            decoder.Decode(bytes.AsSpan(cut), told.Add);
            Assert.Equal(whole, told);
        }
    }

    [Fact]
    public void Noise_never_throws_and_never_sticks()
    {
        var random = new Random(5);
        for (var round = 0; round < 2000; round++)
        {
            var noise = new byte[random.Next(1, 60)];
            random.NextBytes(noise);
            if (round % 2 == 0) noise[0] = 0x1B;
            var decoder = new InputDecoder();
            var told = new List<TerminalInput>();
            decoder.Decode(noise, told.Add);
            decoder.Decode("\e[201~"u8, told.Add);
            decoder.Flush(told.Add);
            told.Clear();
            decoder.Decode("\e\\\e[Aq"u8, told.Add);
            Assert.Equal("q", Assert.IsType<KeyInput>(told[^1]).Press.ToString());
        }
    }

    [Theory]
    [InlineData("ctrl+x")]
    [InlineData("ctrl+-")]
    [InlineData("ctrl++")]
    [InlineData("ctrl+alt+shift+super+f12")]
    [InlineData("space")]
    [InlineData("pageup")]
    public void Key_names_are_read_as_they_are_written(string name)
    {
        Assert.True(KeyPress.TryParse(name, out var press));
        Assert.Equal(name, press.ToString());
    }

    private static List<TerminalInput> Decode(string text)
    {
        var decoder = new InputDecoder();
        var told = new List<TerminalInput>();
        decoder.Decode(Encoding.UTF8.GetBytes(text), told.Add);
        return told;
    }
}
