namespace MiMoCode.Providers.Sse;

/// <summary>
/// Reads server-sent events as bytes: the data of one event at a time, without allocating. Comments, names and ids are skipped,
/// because every model wire repeats what matters inside the data. Lines may end in LF, CR or CRLF and be cut anywhere.
/// </summary>
internal sealed class SseReader(Stream stream)
{
    private const int LongestEvent = 64 * 1024 * 1024;

    private byte[] buffer = new byte[16 * 1024];
    private int start;
    private int scanned;
    private int end;
    private byte[] data = new byte[4 * 1024];
    private int dataLength;
    private bool hasData;
    private bool skipLineFeed;
    private bool atBeginning = true;

    /// <summary>Bytes read so far, comments included.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The next whole event that has already arrived; its bytes are valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> frame)
    {
        while (TryReadLine(out var line))
        {
            if (line.IsEmpty && hasData)
            {
                frame = data.AsSpan(0, dataLength);
                (dataLength, hasData) = (0, false);
                return true;
            }

            Keep(line);
        }

        frame = default;
        return false;
    }

    /// <summary>Waits for more bytes. False at the end of the stream, where an unfinished event is lost.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
        end += read;
        BytesRead += read;
        return read > 0;
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        if (skipLineFeed && start < end)
        {
            if (buffer[start] == (byte)'\n')
                start++;
            skipLineFeed = false;
            scanned = Math.Max(scanned, start);
        }

        var at = buffer.AsSpan(scanned, end - scanned).IndexOfAny((byte)'\n', (byte)'\r');
        if (at < 0)
        {
            scanned = end;
            line = default;
            return false;
        }

        line = WithoutMark(buffer.AsSpan(start, scanned + at - start));
        skipLineFeed = buffer[scanned + at] == (byte)'\r';
        start = scanned = scanned + at + 1;
        return true;
    }

    private ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> line)
    {
        var marked = atBeginning && line.StartsWith("\uFEFF"u8);
        atBeginning = false;
        return marked ? line[3..] : line;
    }

    private void Keep(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("data"u8) || (line.Length > 4 && line[4] != (byte)':'))
            return;
        var value = line.Length > 4 ? line[5..] : default;
        if (!value.IsEmpty && value[0] == (byte)' ')
            value = value[1..];
        var separator = hasData ? 1 : 0;
        if (data.Length < dataLength + separator + value.Length)
            Array.Resize(ref data, Grown(data.Length, dataLength + separator + value.Length));
        if (hasData)
            data[dataLength++] = (byte)'\n';
        value.CopyTo(data.AsSpan(dataLength));
        dataLength += value.Length;
        hasData = true;
    }

    private void MakeRoom()
    {
        if (start == end)
            start = scanned = end = 0;
        if (end < buffer.Length)
            return;
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (scanned, end, start) = (scanned - start, end - start, 0);
        }

        if (end > buffer.Length / 2)
            Array.Resize(ref buffer, Grown(buffer.Length, end + 1));
    }

    private static int Grown(int now, int needed) =>
        needed <= LongestEvent
            ? Math.Max(now * 2, needed)
            : throw new InvalidDataException($"An event of the stream is longer than {LongestEvent / (1024 * 1024)} MB.");
}
