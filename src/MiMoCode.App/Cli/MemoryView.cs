using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Cli;

/// <summary>How <c>mimo memory</c> shows what it finds.</summary>
internal static class MemoryView
{
    private const int LongestLine = 400;

    public static Task WriteAsync<T>(TextWriter output, T value, JsonTypeInfo<T> shape) => output.WriteLineAsync(JsonSerializer.Serialize(value, shape));

    public static async Task FilesAsync(CliContext context, IReadOnlyCollection<RememberedFile> files)
    {
        if (files.Count is 0)
        {
            await context.Error.WriteLineAsync("mimo: nothing is remembered here yet; mimo memory add remembers a line");
            return;
        }

        var columns = new Columns("Name", "Layer", "Lines", "Bytes", "Updated", "Path");
        foreach (var file in files)
            columns.Add(file.Name, file.Layer.ToString().ToLowerInvariant(), Number(file.Lines), Columns.Short(file.Bytes), When(file.Updated, context.Clock), file.Path);
        await context.Out.WriteAsync(columns.ToString());
        foreach (var file in files.Where(file => file.Problem is not null))
            await context.Error.WriteLineAsync($"mimo: {file.Path} is used as far as it goes: {file.Problem}");
    }

    public static async Task TextsAsync(CliContext context, IEnumerable<RememberedText> texts)
    {
        foreach (var text in texts)
        {
            await context.Out.WriteLineAsync($"{text.Name}  {text.Path}");
            var lines = text.Text.TrimEnd('\n').Split('\n');
            foreach (var (at, line) in text.Text.Length is 0 ? [] : lines.Index())
                await context.Out.WriteLineAsync($"{Number(at + 1),5}  {Printable.Text(line)}");
            if (text.Text.Length is 0)
                await context.Out.WriteLineAsync("       (empty)");
            if (text.Problem is not null)
                await context.Error.WriteLineAsync($"mimo: {text.Path} is used as far as it goes: {text.Problem}");
        }
    }

    public static async Task FoundAsync(CliContext context, Recollection found)
    {
        foreach (var line in found.Lines)
            await context.Out.WriteLineAsync($"{line.Name}:{Number(line.Line)}  {Short(line.Text.Trim())}");
        foreach (var part in found.History)
        {
            await context.Out.WriteLineAsync($"{When(part.Time, context.Clock)}  {part.Tool ?? part.Kind}  {Printable.Text(part.SessionTitle)} ({part.SessionId})");
            await context.Out.WriteLineAsync($"  {Printable.Text(part.Snippet.ReplaceLineEndings("\n  "))}");
        }

        if (found.Lines.IsEmpty && found.History.IsEmpty)
            await context.Error.WriteLineAsync("mimo: nothing says so; --history also looks through everything that was said and done");
    }

    public static async Task VersionsAsync(CliContext context, IReadOnlyCollection<RememberedVersion> versions)
    {
        if (versions.Count is 0)
        {
            await context.Error.WriteLineAsync("mimo: no version of it is kept yet");
            return;
        }

        var columns = new Columns("Version", "Time", "By", "Characters", "Session", "");
        foreach (var version in versions)
            columns.Add(Number(version.Version), When(version.Time, context.Clock), version.Author, Columns.Short(version.Bytes), version.SessionId ?? "", version.Current ? "← now" : "");
        await context.Out.WriteAsync(columns.ToString());
    }

    public static async Task LineAsync(CliContext context, bool json, string what, RememberedLine line) => await (json
        ? WriteAsync(context.Out, new Recollection([line], []), Protocol.ProtocolJson.Default.Recollection)
        : context.Out.WriteLineAsync($"{what} ({line.Name}:{Number(line.Line)}): {Printable.Text(line.Text.Trim())}"));

    internal static string When(DateTimeOffset time, TimeProvider clock) =>
        TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Short(string text) => Printable.Text(text.Length <= LongestLine ? text : $"{text[..LongestLine]}…");
}
