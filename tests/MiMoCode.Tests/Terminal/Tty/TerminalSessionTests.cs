using MiMoCode.TestKit;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Tty;
using MiMoCode.TestKit.Terminal;

namespace MiMoCode.Tests.Terminal.Tty;

public sealed class TerminalSessionTests
{
    private readonly ManualClock clock = new();
    private readonly EmulatedTerminal terminal = new(80, 24);
    private readonly List<TerminalInput> told = [];

    [Fact]
    public void Switches_on_only_what_the_terminal_confirmed_and_leaves_nothing_behind()
    {
        using var session = Open();
        Assert.True(terminal.Screen.AlternateScreen);
        Assert.Equal([1002, 1004, 1006, 1049, 2004], terminal.Screen.Modes);
        Assert.Equal(0, terminal.Screen.KeyboardFlags);
        Assert.False(session.Synchronized);

        terminal.Answer();
        Assert.Equal(1, terminal.Screen.KeyboardFlags);
        Assert.True(session.Synchronized);

        session.Dispose();
        AssertClean();
    }

    [Fact]
    public void A_terminal_that_answers_nothing_gets_no_keyboard_protocol()
    {
        var silent = new EmulatedTerminal(80, 24) { Screen = new VirtualTerminal(80, 24) { AnswersQuestions = false } };
        using var session = new TerminalSession(silent, new TerminalWishes(), clock, told.AddRange);
        session.Enter();
        silent.Answer();
        Assert.Equal(0, silent.Screen.KeyboardFlags);
        Assert.False(session.Synchronized);
    }

    [Fact]
    public void On_the_screen_of_the_shell_what_stood_there_is_scrolled_up_and_the_last_picture_stays()
    {
        var shell = new EmulatedTerminal(20, 4);
        shell.Screen.Write("$ mimo\r\n");
        using var session = new TerminalSession(shell, new TerminalWishes(AlternateScreen: false), clock, told.AddRange);
        session.Enter();
        Assert.False(shell.Screen.AlternateScreen);
        Assert.Equal("", shell.Screen.Text);
        session.Write("\e[2;1Hpicture\e[4;1Hprompt"u8);
        session.Dispose();
        Assert.Equal("picture\n\nprompt", shell.Screen.Text);
        Assert.Equal((0, 3), (shell.Screen.CursorX, shell.Screen.CursorY));
        Assert.Empty(shell.Screen.Modes);
    }

    [Fact]
    public void Escape_alone_is_told_after_25_milliseconds()
    {
        using var session = Open();
        terminal.Type("\e");
        clock.Advance(TimeSpan.FromMilliseconds(24));
        Assert.Empty(told);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("escape", Assert.IsType<KeyInput>(Assert.Single(told)).Press.ToString());
    }

    [Fact]
    public void A_storm_of_resizes_is_told_once()
    {
        using var session = Open();
        for (var i = 0; i < 1000; i++) terminal.Resize(1 + i % 200, 1 + i % 90);
        terminal.Resize(100, 30);
        clock.Advance(TimeSpan.FromMilliseconds(16));
        Assert.Equal(new ResizeInput(new(100, 30)), Assert.Single(told));
    }

    [Fact]
    public void Stopping_gives_the_terminal_back_and_continuing_takes_it_again()
    {
        using var session = Open();
        terminal.Answer();
        told.Clear();
        session.Suspend();
        Assert.Equal(1, terminal.Stops);
        AssertClean();

        terminal.Signal(TerminalSignal.Continued);
        Assert.True(terminal.Acquired);
        Assert.True(terminal.Screen.AlternateScreen);
        Assert.Contains(new ResumeInput(), told);
    }

    [Fact]
    public void Another_program_that_has_the_terminal_is_not_disturbed_when_we_are_continued()
    {
        using var session = Open();
        session.Leave();
        terminal.Signal(TerminalSignal.Continued);
        Assert.False(terminal.Acquired);
        session.Write("x"u8);
        AssertClean();
    }

    [Theory]
    [InlineData(TerminalSignal.Terminate, 15)]
    [InlineData(TerminalSignal.Hangup, 1)]
    public void Signals_to_end_are_told(TerminalSignal signal, int number)
    {
        using var session = Open();
        terminal.Signal(signal);
        Assert.Equal(new EndInput(number), Assert.Single(told));
    }

    [Fact]
    public void Text_from_outside_cannot_break_out_of_a_command()
    {
        using var session = Open();
        session.Command(TerminalCommands.Title("a\e]52;c;eA==\ab\u009cc"));
        Assert.Equal("2;a]52;c;eA==bc", Assert.Single(terminal.Screen.Commands));
    }

    private TerminalSession Open()
    {
        var session = new TerminalSession(terminal, new TerminalWishes(), clock, told.AddRange);
        session.Enter();
        return session;
    }

    private void AssertClean()
    {
        Assert.False(terminal.Acquired);
        Assert.False(terminal.Screen.AlternateScreen);
        Assert.Empty(terminal.Screen.Modes);
        Assert.Equal(0, terminal.Screen.KeyboardFlags);
        Assert.True(terminal.Screen.CursorVisible);
        Assert.Empty(terminal.Screen.Unknown);
    }
}
