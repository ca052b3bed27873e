using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace MiMoCode.Bench.Terminal;

/// <summary>A piece of output: when it was read, and how many bytes.</summary>
internal readonly record struct Piece(long At, int Bytes);

/// <summary>A program on a terminal of its own, with everything it writes and when. Questions to the terminal are answered as good ones do.</summary>
internal sealed class PtyProcess : IDisposable
{
    private readonly int window;
    private readonly Thread reader;
    private readonly List<Piece> pieces = [];
    private readonly MemoryStream written = new();
    private readonly TerminalAnswers answers = new();
    private readonly Lock gate = new();

    private PtyProcess(int window, int id, long started)
    {
        (this.window, Id, Started) = (window, id, started);
        reader = new Thread(Read) { IsBackground = true };
        reader.Start();
    }

    public int Id { get; }

    /// <summary>When it was started, as a timestamp.</summary>
    public long Started { get; }

    /// <summary>How often and what it wrote so far.</summary>
    public IReadOnlyList<Piece> Pieces
    {
        get { lock (gate) return [.. pieces]; }
    }

    public string Text
    {
        get { lock (gate) return Encoding.UTF8.GetString(written.GetBuffer(), 0, (int)written.Length); }
    }

    public static PtyProcess Start(string program, string[] arguments, string directory, IReadOnlyDictionary<string, string> environment, ushort width, ushort height)
    {
        var window = posix_openpt(2 | 0x100);
        if (window < 0 || grantpt(window) != 0 || unlockpt(window) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        Resize(window, width, height);
        var device = Marshal.PtrToStringUTF8(ptsname(window))!;
        var (actions, attributes, none, pipe) = (new byte[512], new byte[512], new byte[128], new byte[128]);
        pipe[12 / 8] = 1 << (12 % 8);   // SIGPIPE, which .NET ignores and would pass on ignored
        _ = posix_spawn_file_actions_init(actions);
        _ = posix_spawn_file_actions_addchdir_np(actions, directory);
        _ = posix_spawn_file_actions_addopen(actions, 0, device, 2, 0);   // after setsid: becomes the controlling terminal
        _ = posix_spawn_file_actions_adddup2(actions, 0, 1);
        _ = posix_spawn_file_actions_adddup2(actions, 0, 2);
        _ = posix_spawnattr_init(attributes);
        _ = posix_spawnattr_setsigmask(attributes, none);
        _ = posix_spawnattr_setsigdefault(attributes, pipe);
        _ = posix_spawnattr_setflags(attributes, 0x80 | 0x08 | 0x04);   // own session, no mask, default signals
        var started = Stopwatch.GetTimestamp();
        var wrong = posix_spawn(
            out var id, program, actions, attributes, Strings([program, .. arguments]), Strings([.. environment.Select(entry => $"{entry.Key}={entry.Value}")]));
        return wrong == 0 ? new PtyProcess(window, id, started) : throw new Win32Exception(wrong, $"{program} cannot be started");
    }

    /// <summary>Types bytes; when that began.</summary>
    public long Type(ReadOnlySpan<byte> bytes)
    {
        var at = Stopwatch.GetTimestamp();
        while (!bytes.IsEmpty)
            bytes = bytes[(int)Math.Max(0, write(window, bytes.ToArray(), (nuint)bytes.Length))..];
        return at;
    }

    public long Type(string text) => Type(Encoding.UTF8.GetBytes(text));

    public void Resize(ushort width, ushort height) => Resize(window, width, height);

    /// <summary>Waits until something is written, and then until nothing has been for so long; what was written since a time.</summary>
    public List<Piece> Answer(long since, TimeSpan quiet, TimeSpan atMost)
    {
        while (Pieces is not [.., var newest] || newest.At < since)
        {
            if (Stopwatch.GetElapsedTime(since) > atMost)
                return [];
            Thread.Sleep(1);
        }

        return Settle(since, quiet, atMost);
    }

    /// <summary>Waits until nothing has been written for so long; what was written since a time.</summary>
    public List<Piece> Settle(long since, TimeSpan quiet, TimeSpan atMost)
    {
        while (Stopwatch.GetElapsedTime(since) < atMost)
        {
            var last = Pieces is [.., var newest] && newest.At > since ? newest.At : since;
            if (Stopwatch.GetElapsedTime(last) >= quiet)
                break;
            Thread.Sleep(1);
        }

        return [.. Pieces.Where(piece => piece.At >= since)];
    }

    /// <summary>Waits for a text on the way; false when it did not come.</summary>
    public bool Await(string text, TimeSpan atMost)
    {
        var since = Stopwatch.GetTimestamp();
        while (!Text.Contains(text, StringComparison.Ordinal))
        {
            if (Stopwatch.GetElapsedTime(since) > atMost)
                return false;
            Thread.Sleep(5);
        }

        return true;
    }

    public void Dispose()
    {
        foreach (var id in ProcessTree.Of(Id))
            _ = kill(id, 9);
        _ = waitpid(Id, out _, 0);
        _ = close(window);
        reader.Join(1000);
    }

    private static void Resize(int window, ushort width, ushort height) => _ = ioctl(window, 0x5414, [height, width, 0, 0]);

    private static nint[] Strings(string[] strings) => [.. strings.Select(Marshal.StringToCoTaskMemUTF8), 0];

    private void Read()
    {
        var bytes = new byte[256 * 1024];
        while (read(window, bytes, (nuint)bytes.Length) is > 0 and var count)
        {
            var at = Stopwatch.GetTimestamp();
            lock (gate)
            {
                pieces.Add(new Piece(at, (int)count));
                written.Write(bytes, 0, (int)count);
            }

            var answer = answers.To(bytes.AsSpan(0, (int)count));
            if (answer.Length > 0)
                Type(answer);
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int posix_openpt(int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int grantpt(int file);

    [DllImport("libc", SetLastError = true)]
    private static extern int unlockpt(int file);

    [DllImport("libc")]
    private static extern nint ptsname(int file);

    [DllImport("libc")]
    private static extern int close(int file);

    [DllImport("libc")]
    private static extern nint write(int file, byte[] bytes, nuint count);

    [DllImport("libc")]
    private static extern nint read(int file, byte[] bytes, nuint count);

    [DllImport("libc")]
    private static extern int ioctl(int file, nuint request, ushort[] argument);

    [DllImport("libc")]
    private static extern int kill(int id, int signal);

    [DllImport("libc")]
    private static extern int waitpid(int id, out int status, int options);

    [DllImport("libc")]
    private static extern int posix_spawn_file_actions_init(byte[] actions);

    [DllImport("libc")]
    private static extern int posix_spawn_file_actions_addopen(byte[] actions, int file, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);

    [DllImport("libc")]
    private static extern int posix_spawn_file_actions_adddup2(byte[] actions, int file, int other);

    [DllImport("libc")]
    private static extern int posix_spawn_file_actions_addchdir_np(byte[] actions, [MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [DllImport("libc")]
    private static extern int posix_spawnattr_init(byte[] attributes);

    [DllImport("libc")]
    private static extern int posix_spawnattr_setflags(byte[] attributes, short flags);

    [DllImport("libc")]
    private static extern int posix_spawnattr_setsigmask(byte[] attributes, byte[] signals);

    [DllImport("libc")]
    private static extern int posix_spawnattr_setsigdefault(byte[] attributes, byte[] signals);

    [DllImport("libc")]
    private static extern int posix_spawn(
        out int id, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte[] actions, byte[] attributes, nint[] arguments, nint[] environment);
}
