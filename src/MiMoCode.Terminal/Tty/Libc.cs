using System.Runtime.InteropServices;

namespace MiMoCode.Terminal.Tty;

/// <summary>What we need of the C library. Terminal settings are kept as opaque bytes, so their layout on each system does not matter.</summary>
internal static partial class Libc
{
    public const int SettingsSize = 256;   // more than any system's struct termios
    public const int Now = 0;              // TCSANOW
    public const int ReadWrite = 2;        // O_RDWR
    public const short CanRead = 1;        // POLLIN
    public const short CanWrite = 4;       // POLLOUT

    /// <summary>SIGSTOP, which cannot be caught.</summary>
    public static int Stop => OperatingSystem.IsMacOS() ? 17 : 19;

    private static nuint WindowSizeRequest => OperatingSystem.IsMacOS() ? 0x40087468u : 0x5413u;   // TIOCGWINSZ

    public static unsafe (int Width, int Height) WindowSize(int file)
    {
        var size = stackalloc ushort[4];
        return ControlDevice(file, WindowSizeRequest, size) == 0 ? (size[1], size[0]) : (0, 0);
    }

    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsTerminal(int file);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetSettings(int file, Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetSettings(int file, int when, ReadOnlySpan<byte> settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int file, Span<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int file, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<Waiting> files, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "pipe", SetLastError = true)]
    public static partial int Pipe(Span<int> ends);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static unsafe partial int ControlDevice(int file, nuint request, void* argument);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public record struct Waiting(int File, short Wanted, short Happened);
}
