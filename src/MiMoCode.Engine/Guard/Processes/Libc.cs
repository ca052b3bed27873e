using System.Runtime.InteropServices;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>The calls to the C library that starting, limiting and ending processes needs. Linux numbers and layouts.</summary>
internal static unsafe partial class Libc
{
    public const int SigInt = 2, SigKill = 9, SigTerm = 15, SigCont = 18, SigStop = 19;
    public const int NotFound = 2, NoChild = 10, TryAgain = 11, Interrupted = 4;
    public const int CloseOnExec = 0x80000, NonBlocking = 0x800;
    public const short Readable = 1;

    private const int DuplicateCloseOnExec = 1030, SetChildSubreaper = 36;
    private const long PidfdOpen = 434, CloseRange = 436;
    private const int CloseRangeCloseOnExec = 4;
    private const nuint UnreadRequest = 0x541B, TerminalLock = 0x40045431, TerminalNumber = 0x80045430, TerminalSizeRequest = 0x5414;
    private const int NoControllingTerminal = 0x100;

    /// <summary>The lowest descriptor of ours: what is below may be the target of a redirection.</summary>
    private const int LowestOwn = 16;

    /// <summary>A pipe whose two ends no child inherits by accident. Throws when there are no descriptors left.</summary>
    public static (int Read, int Write) Pipe()
    {
        var ends = stackalloc int[2];
        Check(Pipe2(ends, CloseOnExec), "pipe");
        return (MoveUp(ends[0]), MoveUp(ends[1]));
    }

    /// <summary>Opens a device or file for reading and writing, closed on exec.</summary>
    public static int OpenReadWrite(string path) => MoveUp(Check(Open(path, 2 | CloseOnExec, 0), path));

    /// <summary>A new pseudo terminal: our end, whose reads and writes do not wait, the other one, and the device that is it.</summary>
    public static (int Window, int Other, string Device) OpenTerminal()
    {
        const int flags = 2 | NoControllingTerminal | CloseOnExec;
        var window = MoveUp(Check(Open("/dev/ptmx", flags | NonBlocking, 0), "/dev/ptmx"));
        int locked = 0, number = 0;
        Check(DeviceControl(window, TerminalLock, &locked), "unlock a terminal");
        Check(DeviceControl(window, TerminalNumber, &number), "number of a terminal");
        var device = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/dev/pts/{number}");
        return (window, MoveUp(Check(Open(device, flags, 0), device)), device);
    }

    /// <summary>Tells a terminal its size, and the programs on it that it changed.</summary>
    public static void ResizeTerminal(int window, ushort columns, ushort rows)
    {
        var size = stackalloc ushort[4] { rows, columns, 0, 0 };
        _ = DeviceControl(window, TerminalSizeRequest, (int*)size);
    }

    /// <summary>From now on orphaned descendants become children of this process, so that none gets out of reach.</summary>
    public static void AdoptOrphans() => Check(Prctl(SetChildSubreaper, 1, 0, 0, 0), "prctl");

    /// <summary>Marks every descriptor from the given one on, inherited ones too, to be closed on exec.</summary>
    public static void CloseOnExecFrom(int first) => SystemCall(CloseRange, first, int.MaxValue, CloseRangeCloseOnExec);

    /// <summary>A descriptor that becomes readable when the process ends; negative when the kernel has none.</summary>
    public static int OpenProcess(int pid) => (int)SystemCall(PidfdOpen, pid, 0, 0);

    /// <summary>How many bytes wait in a pipe; 0 when it is none.</summary>
    public static int UnreadBytes(int descriptor)
    {
        int count;
        return DeviceControl(descriptor, UnreadRequest, &count) == 0 ? count : 0;
    }

    /// <summary>What the last call of this thread failed with, as an exception that names the deed.</summary>
    public static IOException Failure(string deed, int error) => new($"{deed}: {Marshal.GetPInvokeErrorMessage(error)}");

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitPid(int pid, out int status, int options);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial void Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    public static partial int Duplicate(int from, int to);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, out LimitPair limit);

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    public static partial int SetLimitOf(int pid, int resource, in LimitPair limit, nint old);

    [LibraryImport("libc", EntryPoint = "posix_spawnp")]
    public static partial int SpawnSearching(
        out int pid, byte* program, byte* fileActions, byte* attributes, byte** arguments, byte** environment);

    // The next eleven only fill structures in memory; they have no failure that could be handled.
    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial void FileActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial void FileActionsDuplicate(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    public static partial void FileActionsOpen(byte* actions, int target, byte* path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    public static partial void FileActionsChangeDirectory(byte* actions, byte* path);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial void FileActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial void AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial void AttributesFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial void AttributesSignalMask(byte* attributes, byte* set);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial void AttributesSignalDefaults(byte* attributes, byte* set);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial void AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    public static partial void SignalsAll(byte* set);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int Pipe2(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int DeviceControl(int descriptor, nuint request, int* value);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long a, long b, long c);

    private static int MoveUp(int descriptor)
    {
        if (descriptor >= LowestOwn)
            return descriptor;
        var moved = Check(Control(descriptor, DuplicateCloseOnExec, LowestOwn), "fcntl");
        Close(descriptor);
        return moved;
    }

    private static int Check(int result, string deed) =>
        result >= 0 ? result : throw Failure(deed, Marshal.GetLastPInvokeError());
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public int Descriptor;
    public short Events;
    public short Happened;
}

/// <summary>struct rlimit.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct LimitPair(ulong Soft, ulong Hard);
