using Microsoft.Win32.SafeHandles;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>
/// Gives the person's terminal back when this process is killed and cannot do it itself: a small shell in a session of its own that
/// waits at a pipe. A word on it means that all went well; its end without one means that we are gone.
/// </summary>
internal sealed class TerminalWatch : IDisposable
{
    // What cfmakeraw took away stays away only if nobody has restored it: an interactive shell does, and then edits a line already.
    private const string Script = """
        read -r word && exit
        printf '%b' "$1"
        case $(stty -a <&2 2>/dev/null) in *-opost*) stty ${2:-sane} <&2;; esac
        """;

    private readonly SafeFileHandle pipe;
    private readonly int pid;

    private TerminalWatch(int pipe, int pid) => (this.pipe, this.pid) = (new SafeFileHandle(pipe, ownsHandle: true), pid);

    /// <summary>Watches from when this returns; null where no shell can be started.</summary>
    /// <param name="lastWords">What ends the terminal's modes.</param>
    /// <param name="settings">The terminal's settings as <c>stty</c> takes them; null for sane ones.</param>
    /// <param name="environment">What the shell gets to see.</param>
    public static TerminalWatch? Start(string lastWords, string? settings, IReadOnlyDictionary<string, string> environment)
    {
        var (wait, hold) = Libc.Pipe();
        try
        {
            using var variables = new NativeStrings([.. environment.Where(entry => entry.Key is "PATH").Select(entry => $"{entry.Key}={entry.Value}")]);
            var escaped = lastWords.Replace("\e", "\\033", StringComparison.Ordinal);
            return new TerminalWatch(hold, Spawn.Start("/bin/sh", ["-c", Script, "sh", escaped, settings ?? ""], variables, [wait, 1, 1], "/"));
        }
        catch (IOException)
        {
            Libc.Close(hold);
            return null;
        }
        finally
        {
            Libc.Close(wait);
        }
    }

    /// <summary>Ends it: we have given the terminal back ourselves.</summary>
    public unsafe void Dispose()
    {
        if (pipe.IsClosed)
            return;
        const byte newLine = (byte)'\n';
        var word = newLine;
        _ = Libc.Write((int)pipe.DangerousGetHandle(), &word, 1);
        pipe.Dispose();
        _ = Libc.WaitPid(pid, out _, 0);
    }
}
