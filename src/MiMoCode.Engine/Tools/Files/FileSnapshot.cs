using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Loop;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>A file as it stood at one time, whole. Bytes and mode are null when there was none.</summary>
internal sealed record FileSnapshot(TargetPath Target, byte[]? Bytes, UnixFileMode? Mode)
{
    /// <summary>What may be read whole, in bytes.</summary>
    public const long Largest = 32 << 20;

    /// <summary>The SHA-256 of the content; null when there was no file.</summary>
    public string? Hash { get; } = Bytes is null ? null : HashOf(Bytes);

    public static string? HashOfNullable(byte[]? bytes) => bytes is null ? null : HashOf(bytes);

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <exception cref="ToolException">It is no file, too large, or cannot be read.</exception>
    public static FileSnapshot Read(TargetPath target)
    {
        using var file = OpenFile.At(target);
        if (file is null)
            return new FileSnapshot(target, null, null);
        if (file.Status.Length > Largest)
            throw new ToolException($"{target.Shown} has {file.Status.Length >> 20} MB, more than can be changed here ({Largest >> 20} MB). Use a program.");
        return new FileSnapshot(target, file.ReadWhole(), file.Status.Mode);
    }

    /// <summary>The text of a file that is to be changed, and how to spell it again.</summary>
    /// <exception cref="ToolException">It is binary.</exception>
    public (string? Text, TextEncoding Encoding) Decode()
    {
        if (Bytes is null)
            return (null, TextEncoding.Utf8);
        if (TextEncoding.LooksBinary(Bytes))
            throw new ToolException($"{Target.Shown} is a binary file and cannot be changed as text. Use a program that knows its format.");
        var encoding = TextEncoding.Detect(Bytes);
        return (encoding.Decode(Bytes), encoding);
    }
}

/// <summary>A regular file that was opened where its path really leads.</summary>
internal sealed class OpenFile : IDisposable
{
    private readonly TargetPath target;

    private OpenFile(TargetPath target, SafeFileHandle handle)
    {
        (this.target, Handle) = (target, handle);
        Status = FileCalls.Status(handle);
    }

    public SafeFileHandle Handle { get; }

    public FileStatus Status { get; }

    /// <summary>Null when there is nothing at the path. What is no regular file is not even opened.</summary>
    /// <exception cref="ToolException">It is a folder or a special file, or it may not be read.</exception>
    public static OpenFile? At(TargetPath target)
    {
        try
        {
            if (FileCalls.Status(target.Real) is not { } status)
                return null;
            Require(status, target);
            var file = new OpenFile(target, FileCalls.Open(null, target.Real, FileCalls.ReadOnly));
            Require(file.Status, target);
            return file;
        }
        catch (FileFailure failure) when (failure.IsMissing)
        {
            return null;
        }
        catch (FileFailure failure)
        {
            throw Refused(failure, target);
        }
    }

    /// <summary>The whole content. The length is only a hint: some files tell none.</summary>
    public byte[] ReadWhole()
    {
        var bytes = new byte[Math.Min((long)Status.Length, FileSnapshot.Largest) + 1];
        var read = 0;
        for (int count; (count = RandomAccess.Read(Handle, bytes.AsSpan(read), read)) > 0;)
        {
            read += count;
            if (read > FileSnapshot.Largest)
                throw new ToolException($"{target.Shown} grows while it is read, beyond {FileSnapshot.Largest >> 20} MB. Use a program.");
            if (read == bytes.Length)
                Array.Resize(ref bytes, bytes.Length * 2);
        }

        return bytes[..read];
    }

    public void Dispose() => Handle.Dispose();

    public static ToolException Refused(FileFailure failure, TargetPath target) => new(failure.IsLinked
        ? $"{target.Shown} became a link just now, so it was left alone. Look at it again."
        : $"{target.Shown} cannot be opened: {failure.Reason}.");

    private static void Require(FileStatus status, TargetPath target)
    {
        if (status.IsFolder)
            throw new ToolException($"{target.Shown} is a folder. Use list to see what is in it.");
        if (!status.IsRegular)
            throw new ToolException($"{target.Shown} is {status.Kind}, not a file.");
    }
}
