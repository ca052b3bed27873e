using System.Globalization;
using System.Text;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Engine.Foundation.Logs;

/// <summary>
/// What happened, for whoever looks for a fault later: one file per process, made at the first line, the newest few kept. Lines
/// say names, numbers and outcomes; what people, models and programs said does not belong here, and neither do keys.
/// </summary>
internal sealed class LogFile(string folder, LogLevel threshold, TextWriter? echo, TimeProvider clock) : IDisposable
{
    private const int KeptFiles = 10;
    private const long LargestFile = 10_000_000;

    private readonly Lock gate = new();
    private StreamWriter? file;
    private bool broken;

    /// <summary>Adds a line. Never throws: a full disk must not end the work that is being logged.</summary>
    public void Write(LogLevel level, string text)
    {
        if (level < threshold)
            return;
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {NameOf(level)} {OneLine(text)}");
        lock (gate)
        {
            echo?.WriteLine(line);
            Append(line);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            broken = true;
            file?.Dispose();
        }
    }

    private void Append(string line)
    {
        if (broken)
            return;
        try
        {
            file ??= Open();
            if (file.BaseStream.Length < LargestFile)
                file.WriteLine(line);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            broken = true;
        }
    }

    private StreamWriter Open()
    {
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.EnumerateFiles(folder, "*.log").OrderDescending(StringComparer.Ordinal).Skip(KeptFiles - 1))
            File.Delete(old);
        var name = string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyy-MM-ddTHHmmss}-{Environment.ProcessId}.log");
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new StreamWriter(Path.Combine(folder, name), new UTF8Encoding(false), options) { AutoFlush = true };
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Debug => "DEBUG",
        LogLevel.Info => "INFO ",
        LogLevel.Warn => "WARN ",
        _ => "ERROR",
    };

    /// <summary>A line stays a line, whatever an error message holds.</summary>
    private static string OneLine(string text) =>
        text.AsSpan().ContainsAnyInRange('\0', '\u001f') ? string.Concat(text.Select(each => char.IsControl(each) ? ' ' : each)) : text;
}
