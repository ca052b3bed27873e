using System.Runtime.InteropServices;
using System.Text;

namespace MiMoCode.TestKit.Terminal;

/// <summary>A real terminal device without a window: what is written to it can be read here, and the other way round.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    private const int ReadWriteNoControl = 2 | 0x100;   // O_RDWR | O_NOCTTY

    public PseudoTerminal()
    {
        Window = posix_openpt(ReadWriteNoControl);
        _ = grantpt(Window);
        _ = unlockpt(Window);
        Device = open(Marshal.PtrToStringUTF8(ptsname(Window))!, ReadWriteNoControl);
    }

    /// <summary>The side of the window.</summary>
    public int Window { get; private set; }

    /// <summary>The side of the program.</summary>
    public int Device { get; }

    /// <summary>The device's settings.</summary>
    public byte[] Settings
    {
        get
        {
            var bytes = new byte[256];
            _ = tcgetattr(Device, bytes);
            return bytes;
        }
    }

    public void Type(string text) => _ = write(Window, Encoding.UTF8.GetBytes(text), (nuint)Encoding.UTF8.GetByteCount(text));

    /// <summary>What was written to the device; waits until there is something.</summary>
    public string Read()
    {
        var bytes = new byte[4096];
        return Encoding.UTF8.GetString(bytes, 0, (int)read(Window, bytes, (nuint)bytes.Length));
    }

    public void Resize(ushort width, ushort height) => _ = ioctl(Window, 0x5414, [height, width, 0, 0]);

    /// <summary>The window is closed: the program's reads and writes end.</summary>
    public void CloseWindow()
    {
        if (Window >= 0) _ = close(Window);
        Window = -1;
    }

    public void Dispose()
    {
        CloseWindow();
        _ = close(Device);
    }

    [DllImport("libc")]
    private static extern int posix_openpt(int flags);

    [DllImport("libc")]
    private static extern int grantpt(int file);

    [DllImport("libc")]
    private static extern int unlockpt(int file);

    [DllImport("libc")]
    private static extern nint ptsname(int file);

    [DllImport("libc")]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc")]
    private static extern int close(int file);

    [DllImport("libc")]
    private static extern int tcgetattr(int file, byte[] settings);

    [DllImport("libc")]
    private static extern nint write(int file, byte[] bytes, nuint count);

    [DllImport("libc")]
    private static extern nint read(int file, byte[] bytes, nuint count);

    [DllImport("libc")]
    private static extern int ioctl(int file, nuint request, ushort[] argument);
}
