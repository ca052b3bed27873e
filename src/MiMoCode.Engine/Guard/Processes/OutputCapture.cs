using System.Text;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>
/// Keeps the beginning and the end of an output of any length in bounded memory. What does not fit goes whole, up to a cap,
/// to a file. One writer; readers may look at any time.
/// </summary>
internal sealed class OutputCapture(OutputBounds bounds) : IDisposable
{
    private readonly Lock gate = new();
    private readonly MemoryStream head = new();
    private byte[] ring = [];
    private long beyond;
    private FileStream? file;

    /// <summary>All bytes that came, kept or not.</summary>
    public long Total => head.Length + beyond;

    /// <summary>Where the whole output lies, up to the cap; null while it is small or no folder was given.</summary>
    public string? File { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            var first = (int)Math.Min(bytes.Length, bounds.Head - head.Length);
            head.Write(bytes[..first]);
            if (first < bytes.Length)
                AddBeyondHead(bytes[first..]);
        }
    }

    /// <summary>The bytes of the beginning that was kept.</summary>
    public byte[] Beginning()
    {
        lock (gate)
            return head.ToArray();
    }

    /// <summary>The text so far. Bytes that are no UTF-8 become U+FFFD; what is missing in the middle is said.</summary>
    public string Text() => TextFrom(0, out _);

    /// <summary>The text from a position on, as far as it is still there; next is where to go on later.</summary>
    public string TextFrom(long position, out long next)
    {
        lock (gate)
        {
            next = Total;
            var start = head.GetBuffer().AsSpan(0, (int)head.Length)[(int)Math.Min(position, head.Length)..];
            var wanted = Total - Math.Max(Math.Min(position, Total), head.Length);
            var end = Last((int)Math.Min(wanted, ring.Length));
            return wanted == end.Length
                ? Encoding.UTF8.GetString([.. start, .. end])
                : $"{Encoding.UTF8.GetString(start)}\n[{wanted - end.Length} bytes left out here{Whereabouts()}]\n{Encoding.UTF8.GetString(end)}";
        }
    }

    /// <summary>About the last bytes, beginning with a whole character: a preview while the program runs.</summary>
    public string Tail(int bytes)
    {
        lock (gate)
        {
            var end = Last((int)Math.Min(bytes, Math.Min(beyond, ring.Length)));
            var more = beyond > end.Length ? 0 : (int)Math.Min(bytes - end.Length, head.Length);
            byte[] last = [.. head.GetBuffer().AsSpan((int)head.Length - more, more), .. end];
            return Encoding.UTF8.GetString(last).TrimStart('\uFFFD');
        }
    }

    /// <summary>Closes the file; the text stays readable.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            file?.Dispose();
            file = null;
        }
    }

    private string Whereabouts() => File is null ? "" : $"; {(Total > bounds.File ? "the first part of it all" : "all of it")} is in {File}";

    private void AddBeyondHead(ReadOnlySpan<byte> bytes)
    {
        Spill(bytes);
        if (ring.Length == 0)
            ring = new byte[bounds.Tail];
        var last = bytes[Math.Max(0, bytes.Length - ring.Length)..];
        beyond += bytes.Length;
        var end = (int)(beyond % ring.Length);
        var untilEnd = Math.Min(end, last.Length);
        last[^untilEnd..].CopyTo(ring.AsSpan(end - untilEnd));
        var before = last[..^untilEnd];
        before.CopyTo(ring.AsSpan(ring.Length - before.Length));
    }

    private void Spill(ReadOnlySpan<byte> bytes)
    {
        if (bounds.Folder is null)
            return;
        try
        {
            file ??= File is null ? Open(bounds.Folder) : null;
            file?.Write(bytes[..(int)Math.Clamp(bounds.File - file.Length, 0, bytes.Length)]);
        }
        catch (IOException)
        {
            // A full disk must not end the command; what we hold in memory stays.
            file?.Dispose();
            (file, File) = (null, File ?? "");
        }
    }

    private FileStream Open(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"output_{Guid.NewGuid():N}");
        // Unbuffered: pieces are large, and whoever is told of the file reads all of it at once.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var opened = new FileStream(path, options);
        opened.Write(head.GetBuffer(), 0, (int)head.Length);
        File = path;
        return opened;
    }

    private byte[] Last(int count)
    {
        var bytes = new byte[count];
        if (count == 0)
            return bytes;
        var end = (int)(beyond % ring.Length);
        var untilEnd = Math.Min(end, count);
        ring.AsSpan(end - untilEnd, untilEnd).CopyTo(bytes.AsSpan(count - untilEnd));
        ring.AsSpan(ring.Length - (count - untilEnd)).CopyTo(bytes);
        return bytes;
    }
}

/// <summary>How many bytes a capture keeps: from the beginning, from the end, and in a file of the folder (none without one).</summary>
internal sealed record OutputBounds(int Head, int Tail, long File, string? Folder = null)
{
    public static OutputBounds Default { get; } = new(512 * 1024, 512 * 1024, 64 * 1024 * 1024);
}
