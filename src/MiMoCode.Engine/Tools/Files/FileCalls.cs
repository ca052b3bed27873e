using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>The file calls of the kernel that never follow a link. Linux numbers and layouts.</summary>
internal static unsafe partial class FileCalls
{
    public const int ReadOnly = 0, WriteOnly = 1, Create = 0x40, Exclusive = 0x80, PathOnly = 0x20_0000;

    private const int Here = -100, NoTerminal = 0x100, NonBlocking = 0x800, CloseOnExec = 0x8_0000, EmptyPath = 0x1000;
    private const int Writable = 2, ExistsAlready = 17, Missing = 38, NoFollow = 0x100;
    private const long OpenAt2 = 437;
    private const ulong NoLinks = 0x4 | 0x2;
    private const uint BasicFields = 0xFFF;

    /// <summary>Opens a path in which no part is a link: one that became a link since it was resolved is an error.</summary>
    /// <exception cref="FileFailure">The call failed.</exception>
    public static SafeFileHandle Open(SafeFileHandle? folder, string path, int flags, int mode = 0)
    {
        var how = new OpenHow((ulong)(uint)(flags | NoTerminal | NonBlocking | CloseOnExec), (ulong)(uint)mode, NoLinks);
        if ((flags & PathOnly) != 0)
            how = how with { Flags = (ulong)(uint)(PathOnly | CloseOnExec) };
        using var text = new NativeText(path);
        var found = (int)SystemCall(OpenAt2, Number(folder), text.Address, (nint)(&how), sizeof(OpenHow));
        // A kernel before 5.6 has no such call; the path was resolved a moment ago.
        if (found < 0 && Marshal.GetLastPInvokeError() == Missing)
            found = OpenAt(Number(folder), path, (int)how.Flags, mode);
        return found >= 0 ? new SafeFileHandle(found, ownsHandle: true) : throw Failure(path);
    }

    /// <summary>What the file is. Null when there is nothing at the path; a link is not followed.</summary>
    public static FileStatus? Status(string path) =>
        Statx(Here, path, NoFollow, BasicFields, out var status) == 0
            ? status
            : Failure(path) is { IsMissing: false } failure ? throw failure : null;

    /// <summary>The name of the file is no UTF-8, so that what was read of it leads nowhere.</summary>
    public static bool IsNameless(string path) => path.Contains('\uFFFD', StringComparison.Ordinal) && Status(path) is null;

    public static FileStatus Status(SafeFileHandle file) =>
        Statx(Number(file), "", EmptyPath, BasicFields, out var status) == 0 ? status : throw Failure("");

    /// <summary>What tells the states of a regular file apart; null when there is none, or it cannot be looked at.</summary>
    public static FileStamp? StampOf(string path) =>
        Statx(Here, path, NoFollow, BasicFields, out var status) == 0 && status.IsRegular ? FileStamp.Of(status) : null;

    /// <summary>Whether there is a folder, and not a link to one.</summary>
    public static bool IsFolder(string path) => Statx(Here, path, NoFollow, BasicFields, out var status) == 0 && status.IsFolder;

    /// <summary>Makes a folder; one that is there already is fine.</summary>
    public static void MakeFolder(SafeFileHandle parent, string name)
    {
        if (MkdirAt(Number(parent), name, 0x1FF) != 0 && Failure(name) is { Error: not ExistsAlready } failure)
            throw failure;
    }

    public static bool MayWrite(SafeFileHandle folder, string name) => AccessAt(Number(folder), name, Writable, 0) == 0;

    public static void Rename(SafeFileHandle folder, string from, string to) =>
        Check(RenameAt(Number(folder), from, Number(folder), to), to);

    public static void Delete(SafeFileHandle folder, string name) => Check(UnlinkAt(Number(folder), name, 0), name);

    /// <summary>Brings the names in a folder to the disk, where the file system can.</summary>
    public static void Sync(SafeFileHandle folder) => _ = SyncFile(Number(folder));

    public static void SetMode(SafeFileHandle file, uint mode) => Check(ChangeMode(Number(file), mode), "");

    /// <summary>Whether owner and group are as wanted now; only root may give files away.</summary>
    public static bool SetOwner(SafeFileHandle file, uint user, uint group) => ChangeOwner(Number(file), user, group) == 0;

    /// <summary>Copies what is kept beside a file's content: access lists, capabilities, labels, a user's own attributes.</summary>
    public static void CopyAttributes(SafeFileHandle from, SafeFileHandle to)
    {
        var names = new byte[0x1_0000];
        var length = (int)ListAttributes(Number(from), names, (nuint)names.Length);
        var value = length > 0 ? new byte[0x1_0000] : [];
        foreach (var range in length > 0 ? Split(names, length) : [])
        {
            var name = names[range];
            var size = GetAttribute(Number(from), name, value, (nuint)value.Length);
            // An attribute that only the system may set is the system's to set again.
            if (size >= 0)
                _ = SetAttribute(Number(to), name, value, (nuint)size, 0);
        }
    }

    /// <summary>The names end with NUL, which stays in the range.</summary>
    private static List<Range> Split(byte[] names, int length)
    {
        var ranges = new List<Range>();
        for (int from = 0, end; from < length; from = end)
        {
            end = Array.IndexOf(names, (byte)0, from, length - from) + 1;
            ranges.Add(from..end);
        }

        return ranges;
    }

    private static void Check(int result, string path)
    {
        if (result != 0)
            throw Failure(path);
    }

    private static FileFailure Failure(string path) => new(Marshal.GetLastPInvokeError(), path);

    private static int Number(SafeFileHandle? handle) => handle is null ? Here : (int)handle.DangerousGetHandle();

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long a, nint b, nint c, long d);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int folder, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint fields, out FileStatus status);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MkdirAt(int folder, string path, uint mode);

    [LibraryImport("libc", EntryPoint = "faccessat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AccessAt(int folder, string path, int mode, int flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt(int fromFolder, string from, int toFolder, string to);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkAt(int folder, string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncFile(int file);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    private static partial int ChangeMode(int file, uint mode);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(int file, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "flistxattr")]
    private static partial nint ListAttributes(int file, byte[] names, nuint size);

    [LibraryImport("libc", EntryPoint = "fgetxattr")]
    private static partial nint GetAttribute(int file, byte[] name, byte[] value, nuint size);

    [LibraryImport("libc", EntryPoint = "fsetxattr")]
    private static partial int SetAttribute(int file, byte[] name, byte[] value, nuint size, int flags);

    private readonly record struct OpenHow(ulong Flags, ulong Mode, ulong Resolve);

    private readonly ref struct NativeText(string text)
    {
        public nint Address { get; } = Marshal.StringToCoTaskMemUTF8(text);

        public void Dispose() => Marshal.FreeCoTaskMem(Address);
    }
}

/// <summary>struct statx, as far as it is used.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal readonly struct FileStatus
{
    [FieldOffset(16)] public readonly uint Links;
    [FieldOffset(20)] public readonly uint User;
    [FieldOffset(24)] public readonly uint Group;
    [FieldOffset(28)] private readonly ushort mode;
    [FieldOffset(32)] public readonly ulong Inode;
    [FieldOffset(40)] public readonly ulong Length;
    [FieldOffset(80)] public readonly FileTime Born;
    [FieldOffset(96)] public readonly FileTime Changed;
    [FieldOffset(112)] public readonly FileTime Modified;

    public bool IsRegular => (mode & 0xF000) == 0x8000;

    public bool IsFolder => (mode & 0xF000) == 0x4000;

    public bool IsLink => (mode & 0xF000) == 0xA000;

    public UnixFileMode Mode => (UnixFileMode)(mode & 0xFFF);

    /// <summary>What to call it when it is no file and no folder.</summary>
    public string Kind => (mode & 0xF000) switch
    {
        0x1000 => "a named pipe",
        0x2000 or 0x6000 => "a device",
        0xC000 => "a socket",
        0xA000 => "a link that leads nowhere",
        _ => "a special file",
    };
}

/// <summary>struct statx_timestamp. All zero where the file system does not know it.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal readonly record struct FileTime(long Seconds, uint Nanoseconds)
{
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeSeconds(Seconds).AddTicks(Nanoseconds / 100);
}

/// <summary>A file call that failed, in the system's words.</summary>
internal sealed class FileFailure(int error, string path) : IOException($"{path}: {Marshal.GetPInvokeErrorMessage(error)}")
{
    private const int NoEntry = 2, NotFolder = 20, TooManyLinks = 40;

    public int Error { get; } = error;

    public bool IsMissing => Error is NoEntry or NotFolder;

    /// <summary>A part of the path is a link that was none a moment ago.</summary>
    public bool IsLinked => Error is TooManyLinks;

    /// <summary>The system's words alone.</summary>
    public string Reason => Marshal.GetPInvokeErrorMessage(Error);
}
