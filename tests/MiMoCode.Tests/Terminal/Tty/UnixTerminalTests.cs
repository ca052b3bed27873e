using System.Text;
using System.Threading.Channels;
using MiMoCode.TestKit.Terminal;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Tty;

namespace MiMoCode.Tests.Terminal.Tty;

public sealed class UnixTerminalTests : IDisposable
{
    private readonly PseudoTerminal pty = new();
    private readonly Channel<TerminalInput> told = Channel.CreateUnbounded<TerminalInput>();
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));

    public void Dispose()
    {
        pty.Dispose();
        limit.Dispose();
    }

    [Fact]
    public async Task Keys_arrive_raw_and_the_settings_come_back_byte_by_byte()
    {
        var before = pty.Settings;
        using var terminal = new UnixTerminal(pty.Device, pty.Device);
        using var session = new TerminalSession(terminal, new TerminalWishes(), TimeProvider.System, Tell);
        session.Enter();
        Assert.NotEqual(before, pty.Settings);
        Assert.StartsWith("\e[?1049h", pty.Read(), StringComparison.Ordinal);

        pty.Type("\x03é\r");
        Assert.Equal("ctrl+c é return", string.Join(' ', await Keys(3)));

        session.Dispose();
        Assert.Equal(before, pty.Settings);
        Assert.EndsWith("\e[?25h\e[?1049l", pty.Read(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_another_program_has_the_terminal_no_key_is_taken_from_it()
    {
        using var terminal = new UnixTerminal(pty.Device, pty.Device);
        using var session = new TerminalSession(terminal, new TerminalWishes(AlternateScreen: false), TimeProvider.System, Tell);
        session.Enter();
        session.Leave();
        pty.Type("x\n");
        session.Enter();
        Assert.Equal("x", Assert.Single(await Keys(1)));
    }

    [Fact]
    public void The_size_is_the_devices_and_never_nothing()
    {
        using var terminal = new UnixTerminal(pty.Device, pty.Device);
        Assert.Equal(new Size(80, 24), terminal.Size);   // a device that does not know
        pty.Resize(132, 43);
        Assert.Equal(new Size(132, 43), terminal.Size);
    }

    [Fact]
    public void Bytes_that_a_hanging_terminal_does_not_take_do_not_keep_us()
    {
        using var terminal = new UnixTerminal(pty.Device, pty.Device);
        var before = pty.Settings;
        terminal.Acquire(_ => { }, _ => { });
        var full = new Thread(() => terminal.Write(new byte[1024 * 1024])) { IsBackground = true };
        full.Start();
        while (full.ThreadState.HasFlag(ThreadState.Unstarted)) Thread.Yield();
        terminal.Release(Encoding.ASCII.GetBytes("bye"));
        Assert.Equal(before, pty.Settings);
        pty.CloseWindow();
        full.Join();   // or it would write to whatever gets the number of the closed device
    }

    private void Tell(IReadOnlyList<TerminalInput> inputs)
    {
        foreach (var input in inputs) told.Writer.TryWrite(input);
    }

    private async Task<List<string>> Keys(int count)
    {
        var keys = new List<string>();
        while (keys.Count < count)
        {
            if (await told.Reader.ReadAsync(limit.Token) is KeyInput key) keys.Add(key.Press.ToString());
        }

        return keys;
    }
}
