using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>
/// A new content that lies complete on the disk beside the file it will replace. Replacing is one step: a reader sees the old file
/// or the new one. What other names an old file has keep the old content.
/// </summary>
internal sealed class StagedFile : IDisposable
{
    /// <summary>How the temporary files begin; the number of the process that makes them follows.</summary>
    private const string Prefix = ".mimo-";

    private const int AnyoneAsMasked = 0x1B6, OnlyOwner = 0x180;
    private readonly SafeFileHandle folder;
    private readonly string name;
    private string? temporary;

    private StagedFile(SafeFileHandle folder, string name) => (this.folder, this.name) = (folder, name);

    /// <summary>Writes the content beside the file. Null: the file is to be deleted. The mode is for a file that is made.</summary>
    /// <exception cref="IOException">The folder or the content cannot be written; nothing is left behind.</exception>
    public static StagedFile Stage(FileSnapshot before, byte[]? after, UnixFileMode? newMode = null)
    {
        var path = before.Target.Real;
        var staged = new StagedFile(Folder(Path.GetDirectoryName(path)!), Path.GetFileName(path));
        try
        {
            if (after is not null)
                staged.Write(after, isNew: before.Bytes is null, newMode);
            return staged;
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    /// <summary>Deletes from a folder what processes that are no more have staged there.</summary>
    public static void RemoveLeftOver(string folder)
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, Prefix + "*.tmp"))
            {
                var name = Path.GetFileName(path.AsSpan())[Prefix.Length..];
                if (name.IndexOf('-') is > 0 and var end && int.TryParse(name[..end], CultureInfo.InvariantCulture, out var pid)
                    && !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}")))
                {
                    File.Delete(path);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A folder that is gone or closed to us holds nothing of ours that could be taken away.
        }
    }

    /// <summary>Puts the content, or the deletion, in place, and that on the disk.</summary>
    public void Commit()
    {
        if (temporary is null)
            FileCalls.Delete(folder, name);
        else
            FileCalls.Rename(folder, temporary, name);
        temporary = null;
        FileCalls.Sync(folder);
    }

    public void Dispose()
    {
        try
        {
            if (temporary is not null)
                FileCalls.Delete(folder, temporary);
        }
        catch (FileFailure)
        {
            // It goes away with the next start that finds it.
        }

        folder.Dispose();
    }

    private void Write(byte[] content, bool isNew, UnixFileMode? newMode)
    {
        using var old = isNew ? null : FileCalls.Open(folder, name, FileCalls.ReadOnly);
        if (old is not null && !FileCalls.MayWrite(folder, name))
            throw new IOException($"{name} is write-protected");

        temporary = $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():n}.tmp";
        using var file = Make(isNew ? AnyoneAsMasked : OnlyOwner);
        if (old is not null)
            Keep(old, file);
        else if (newMode is { } mode)
            FileCalls.SetMode(file, (uint)mode);
        RandomAccess.Write(file, content, 0);
        RandomAccess.FlushToDisk(file);
    }

    private SafeFileHandle Make(int mode)
    {
        try
        {
            return FileCalls.Open(folder, temporary!, FileCalls.WriteOnly | FileCalls.Create | FileCalls.Exclusive, mode);
        }
        catch
        {
            temporary = null;
            throw;
        }
    }

    /// <summary>Owner, then mode (a change of owner may drop bits of it), then what lies beside.</summary>
    private static void Keep(SafeFileHandle old, SafeFileHandle file)
    {
        var status = FileCalls.Status(old);
        var mode = (uint)status.Mode;
        // The group's rights must not go to another group, nor a set-user bit to another user.
        if (!FileCalls.SetOwner(file, status.User, status.Group))
            mode &= FileCalls.SetOwner(file, uint.MaxValue, status.Group) ? 0x1FFu : 0x1C7u;
        FileCalls.SetMode(file, mode);
        FileCalls.CopyAttributes(old, file);
    }

    /// <summary>Opens a folder, and makes what is missing of it, without ever following a link.</summary>
    private static SafeFileHandle Folder(string path)
    {
        var missing = new Stack<string>();
        for (; ; path = Path.GetDirectoryName(path)!)
        {
            try
            {
                var folder = FileCalls.Open(null, path, FileCalls.ReadOnly);
                while (missing.TryPop(out var next))
                    folder = Enter(folder, next);
                return folder;
            }
            catch (FileFailure failure) when (failure.IsMissing && path.Length > 1 && FileCalls.Status(path) is null)
            {
                missing.Push(Path.GetFileName(path));
            }
        }
    }

    private static SafeFileHandle Enter(SafeFileHandle folder, string name)
    {
        using (folder)
        {
            FileCalls.MakeFolder(folder, name);
            FileCalls.Sync(folder);
            return FileCalls.Open(folder, name, FileCalls.ReadOnly);
        }
    }
}
