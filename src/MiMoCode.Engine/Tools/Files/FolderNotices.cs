using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>Something happened to an entry of a folder.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="IsFolder">The entry is a folder.</param>
/// <param name="OnlyAttributes">It is still the same entry; its mode, owner, times or links changed.</param>
internal sealed record FolderNotice(string Path, bool IsFolder, bool OnlyAttributes)
{
    public string Name => System.IO.Path.GetFileName(Path);
}

/// <summary>
/// The kernel's own notes of what happens in folders (inotify), picked up when they are wanted. They say where to look and nothing
/// about what is there. Linux numbers and layouts.
/// </summary>
internal sealed unsafe partial class FolderNotices : IDisposable
{
    private const int NonBlocking = 0x800, CloseOnExec = 0x8_0000;
    private const uint Modified = 0x2, Attributes = 0x4, WriterClosed = 0x8, MovedFrom = 0x40, MovedTo = 0x80, Created = 0x100, Deleted = 0x200, Moved = 0x800;
    private const uint OnlyFolders = 0x0100_0000, NoLinks = 0x0200_0000, Lost = 0x4000, WatchEnded = 0x8000, Folder = 0x4000_0000;
    private const uint Anything = Modified | Attributes | WriterClosed | MovedFrom | MovedTo | Created | Deleted | Moved;
    private const uint Wanted = Anything | OnlyFolders | NoLinks;
    private const int HeaderLength = 16, NoEntry = 2, NotAllowed = 13, NotFolder = 20;

    private readonly SafeFileHandle queue;
    private readonly Dictionary<int, string> folders = [];
    private readonly Dictionary<string, int> watches = new(StringComparer.Ordinal);

    private FolderNotices(SafeFileHandle queue) => this.queue = queue;

    /// <summary>Null where the kernel has none left for this user, or knows none.</summary>
    public static FolderNotices? Open()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var number = Initialise(NonBlocking | CloseOnExec);
        return number < 0 ? null : new FolderNotices(new SafeFileHandle(number, ownsHandle: true));
    }

    /// <summary>
    /// Begins to note what happens in a folder from now on. False when that would not tell everything: no watches left, or a file
    /// system that others can change too. A folder that is gone or closed to us needs no watch.
    /// </summary>
    public bool Watch(string folder)
    {
        lock (watches)
        {
            if (watches.ContainsKey(folder))
                return true;
            if (!IsOnOwnDisk(folder))
                return Marshal.GetLastPInvokeError() is NoEntry or NotAllowed or NotFolder;
            var watch = AddWatch(Number, folder, Wanted);
            if (watch < 0)
                return Marshal.GetLastPInvokeError() is NoEntry or NotAllowed or NotFolder;

            // The same folder in two places: what is told could be of either.
            if (!folders.TryAdd(watch, folder))
                return false;
            watches[folder] = watch;
            return true;
        }
    }

    public bool IsWatched(string folder)
    {
        lock (watches)
            return watches.ContainsKey(folder);
    }

    public void Unwatch(string folder)
    {
        lock (watches)
        {
            if (!watches.Remove(folder, out var watch))
                return;
            folders.Remove(watch);
            _ = RemoveWatch(Number, watch);
        }
    }

    /// <summary>What happened since this was asked last. Null when some of it was lost: then everything must be looked at.</summary>
    public IReadOnlyCollection<FolderNotice>? Read()
    {
        var notices = new HashSet<FolderNotice>();
        var buffer = new byte[1 << 16];
        var isWhole = true;
        while (ReadQueue(Number, buffer, (nuint)buffer.Length) is > 0 and var length)
            isWhole &= Add(buffer.AsSpan(0, (int)length), notices);
        return isWhole ? notices : null;
    }

    public void Dispose() => queue.Dispose();

    private int Number => (int)queue.DangerousGetHandle();

    private bool Add(ReadOnlySpan<byte> notes, HashSet<FolderNotice> notices)
    {
        while (notes.Length >= HeaderLength)
        {
            var watch = BinaryPrimitives.ReadInt32LittleEndian(notes);
            var what = BinaryPrimitives.ReadUInt32LittleEndian(notes[4..]);
            var end = HeaderLength + BinaryPrimitives.ReadInt32LittleEndian(notes[12..]);
            var name = notes[HeaderLength..end].TrimEnd((byte)0);
            notes = notes[end..];
            if ((what & Lost) != 0)
                return false;

            // What is still told of a folder that we no longer watch.
            if (!folders.TryGetValue(watch, out var folder))
                continue;
            if ((what & (WatchEnded | Moved)) != 0)
                notices.Add(new FolderNotice(folder, IsFolder: true, OnlyAttributes: false));
            else if (!name.IsEmpty)
                notices.Add(new FolderNotice($"{folder}/{Encoding.UTF8.GetString(name)}", (what & Folder) != 0, (what & Anything) == Attributes));
        }

        return true;
    }

    /// <summary>File systems of which this kernel sees every change: those on disks of this machine, and in its memory.</summary>
    private static bool IsOnOwnDisk(string folder)
    {
        const long ext = 0xEF53, xfs = 0x58465342, btrfs = 0x9123683E, overlay = 0x794C7630, temporary = 0x01021994, zfs = 0x2FC12FC1;
        const long f2fs = 0xF2F52010, bcachefs = 0xCA451A4E, fat = 0x4D44, exfat = 0x2011BAB0, memory = 0x858458F6;
        var status = stackalloc long[32];
        return FileSystem(folder, status) == 0 &&
            status[0] is ext or xfs or btrfs or overlay or temporary or zfs or f2fs or bcachefs or fat or exfat or memory;
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Initialise(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddWatch(int queue, string path, uint what);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    private static partial int RemoveWatch(int queue, int watch);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadQueue(int queue, byte[] buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "statfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FileSystem(string path, long* status);
}
