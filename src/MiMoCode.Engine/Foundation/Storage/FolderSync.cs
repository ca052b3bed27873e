using System.Runtime.InteropServices;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>Brings the names in a folder to the disk: a new file's content alone would survive without its name.</summary>
internal static partial class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>Does nothing where a folder cannot be synced.</summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;

        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
