using System.Globalization;
using System.Text;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Engine.Foundation.Logs;

/// <summary>
/// What happened, for whoever looks for a fault later: a file for each process, made at the first line and followed by another one when
/// it is large; the newest few are kept. Lines say names, numbers and outcomes; what people, models and programs said does not belong
/// here, and neither do keys: a known one that is in an error is hidden.
/// </summary>
/// <param name="folder">Where the files lie.</param>
/// <param name="threshold">What is below is not written.</param>
/// <param name="echo">Gets every line too.</param>
/// <param name="secrets">What no line may hold.</param>
/// <param name="clock">Says when.</param>
internal sealed class LogFile(string folder, LogLevel threshold, TextWriter? echo, SecretTexts secrets, TimeProvider clock) : IDisposable
{
    private const int KeptFiles = 10;
    private const long LargestFile = 5_000_000;

    private readonly Lock gate = new();
    private StreamWriter? file;
    private int files;
    private bool broken;

    /// <summary>Adds a line. Never throws: a full disk must not end the work that is being logged.</summary>
    public void Write(LogLevel level, string text)
    {
        if (level < threshold)
            return;
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {NameOf(level)} {OneLine(secrets.Hide(text))}");
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
            if (file?.BaseStream.Length >= LargestFile)
            {
                file.Dispose();
                file = null;
            }

            file ??= Open();
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
        // The last written first: what another process still writes is not the oldest.
        foreach (var old in new DirectoryInfo(folder).EnumerateFiles("*.log").OrderByDescending(each => each.LastWriteTimeUtc).Skip(KeptFiles - 1))
            old.Delete();
        var name = string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyy-MM-ddTHHmmss}-{Environment.ProcessId}-{++files}.log");
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
