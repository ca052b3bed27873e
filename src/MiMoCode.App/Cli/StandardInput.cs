using System.Runtime.InteropServices;
using System.Text;

namespace MiMoCode.App.Cli;

/// <summary>
/// Reads what was piped in, without ever waiting on a pipe that somebody merely left open: a file and a closed pipe are read whole,
/// a pipe that a neighbour feeds gets a moment to begin, and one that the starting program itself holds is read only when it holds data.
/// </summary>
internal sealed partial class StandardInput(TextWriter error)
{
    private const int ReadableOrClosed = 0x0001 | 0x0010;
    private const int PatienceMilliseconds = 2_000;
    private const int QuietMilliseconds = 100;
    private const int MostAncestors = 8;
    private const int FromHere = 1;

    /// <summary>The text, or null when there is none. With a message on the command line, input is an addition; without, it is the message.</summary>
    public async Task<string?> ReadAsync(bool hasMessage, CancellationToken cancellationToken)
    {
        if (Console.IsInputRedirected is false)
            return null;
        if (!hasMessage || Channel() is not { } channel)
            return await ReadToEndAsync(cancellationToken);

        // The two ends of a socket have different names, so nobody can be seen holding the other one: it gets a short moment.
        var isSocket = channel.StartsWith("socket:", StringComparison.Ordinal);
        var held = isSocket || IsWrittenByAncestor(channel);
        if (!HasInput(isSocket ? QuietMilliseconds : held ? 0 : PatienceMilliseconds))
        {
            if (!held)
                await error.WriteLineAsync("mimo: nothing came on the standard input, going on without it");
            return null;
        }

        return held ? ReadWhatIsThere() : await ReadToEndAsync(cancellationToken);
    }

    private static async Task<string?> ReadToEndAsync(CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        var text = await reader.ReadToEndAsync(cancellationToken);
        return text.Length is 0 ? null : text;
    }

    private static string? ReadWhatIsThere()
    {
        using var input = Console.OpenStandardInput();
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (HasInput(QuietMilliseconds))
        {
            var count = input.Read(buffer);
            if (count is 0)
                break;
            all.Write(buffer.AsSpan(0, count));
        }

        return all.Length is 0 ? null : Encoding.UTF8.GetString(all.GetBuffer(), 0, (int)all.Length);
    }

    /// <summary>True when the program that started us, or one above it, holds the writing end: then the pipe is its channel to us.</summary>
    private static bool IsWrittenByAncestor(string channel)
    {
        var process = ParentOf("self");
        for (var level = 0; level < MostAncestors && process is not null and not "0" and not "1"; level++)
        {
            if (HoldsWritingEnd(process, channel))
                return true;
            process = ParentOf(process);
        }

        return false;
    }

    private static bool HoldsWritingEnd(string process, string channel)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{process}/fd")
                .Where(entry => TargetOf(entry) == channel)
                .Any(entry => IsForWriting($"/proc/{process}/fdinfo/{Path.GetFileName(entry)}"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsForWriting(string path)
    {
        var flags = File.ReadLines(path).FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal));
        return flags is not null && (flags.TrimEnd()[^1] - '0' & 3) is 1 or 2;
    }

    private static string? ParentOf(string process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("PPid:", StringComparison.Ordinal));
            return line?["PPid:".Length..].Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>What the input is when it may stay silent for ever, a pipe or a socket; null for what ends by itself, as files do.</summary>
    private static string? Channel() =>
        Seek(0, 0, FromHere) < 0 ? TargetOf("/proc/self/fd/0") : null;

    private static string? TargetOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool HasInput(int milliseconds)
    {
        var descriptor = new PollDescriptor { Events = 1 };
        return Poll(ref descriptor, 1, milliseconds) > 0 && (descriptor.Received & ReadableOrClosed) is not 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Received;
    }

    [LibraryImport("libc", EntryPoint = "lseek")]
    private static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);
}
