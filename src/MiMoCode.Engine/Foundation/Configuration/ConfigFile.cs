using System.Text;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>Reads a settings file with a limit, so that neither a huge file nor a device holds up the start.</summary>
internal static class ConfigFile
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>The text; null when there is no such file, or when it cannot be read, which is told.</summary>
    public static string? Read(string path, ICollection<Notice> notices)
    {
        if (!Path.Exists(path))
            return null;
        try
        {
            if (Directory.Exists(path))
                throw new IOException("it is a folder");
            using var handle = File.OpenHandle(path);
            var bytes = new byte[MaxBytes + 1];
            var read = 0;
            for (int more; read < bytes.Length && (more = RandomAccess.Read(handle, bytes.AsSpan(read), read)) > 0;)
                read += more;
            return read <= MaxBytes ? Encoding.UTF8.GetString(bytes, 0, read) : throw new IOException("it is larger than 1 MiB");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            notices.Add(new(NoticeKind.Unreadable, new(path, 0, 0), $"this file cannot be read, so it is left out: {error.Message}"));
            return null;
        }
    }
}
