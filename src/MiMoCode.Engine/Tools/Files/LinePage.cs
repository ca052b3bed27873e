using System.Globalization;
using System.Text;
using MiMoCode.Engine.Foundation.Text;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>A page of a file's lines as the model reads them: "number: text", bounded in lines, characters and width.</summary>
internal sealed class LinePage(int first, int mostLines, int mostCharacters = LinePage.MostCharacters)
{
    /// <summary>Characters of a page unless another size is wanted.</summary>
    public const int MostCharacters = 50_000;

    /// <summary>Characters of a line that are shown.</summary>
    public const int Width = 2_000;

    private readonly StringBuilder text = new();

    public int First => first;

    /// <summary>Lines on the page.</summary>
    public int Count { get; private set; }

    public int Last => first + Count - 1;

    public bool IsFull => Count == mostLines;

    public override string ToString() => TextEncoding.Readable(text.ToString());

    /// <summary>False when the page is full; the line is not on it then. The first line always fits.</summary>
    /// <param name="line">The line, or its beginning.</param>
    /// <param name="length">How long the whole line is.</param>
    public bool Add(ReadOnlySpan<char> line, long length)
    {
        var shown = Math.Min(line.Length, Width);
        if (IsFull || (Count > 0 && text.Length + shown + 60 > mostCharacters))
            return false;
        if (Count > 0)
            text.Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"{first + Count}: ").Append(line[..shown]);
        if (length > shown)
            text.Append(CultureInfo.InvariantCulture, $"… [line cut: {length} characters]");
        Count++;
        return true;
    }

    /// <summary>A page of a text that is in memory, and how many lines the text has.</summary>
    public static (LinePage Page, int Total) Of(string text, int first, int mostLines, int mostCharacters = MostCharacters)
    {
        var lines = new TextLines(new LineEndings(text).Plain);
        var page = new LinePage(first, mostLines, mostCharacters);
        for (var i = first - 1; i < lines.Count && page.Add(lines[i], lines[i].Length); i++)
        {
        }

        return (page, lines.Count);
    }

    /// <summary>
    /// A page of a file that is too large for that, in constant memory. Total is null when the file goes on behind the page: what
    /// is behind is not read.
    /// </summary>
    public static async Task<(LinePage Page, int? Total)> OfAsync(
        OpenFile file, int first, int mostLines, CancellationToken cancellationToken)
    {
        var (page, line, length) = (new LinePage(first, mostLines), 1, 0L);
        var (buffer, start) = (new byte[1 << 18], new List<byte>());
        var position = 0L;
        for (int count; (count = await RandomAccess.ReadAsync(file.Handle, buffer, position, cancellationToken)) > 0; position += count)
        {
            for (int from = 0, end; from < count; from = end + 1)
            {
                if (page.IsFull)
                    return (page, null);
                var rest = buffer.AsSpan(from..count);
                end = rest.IndexOf((byte)'\n') is >= 0 and var at ? from + at : count;
                length += end - from;
                if (line >= first && start.Count < Width * 4)
                    start.AddRange(rest[..Math.Min(end - from, (Width * 4) - start.Count)]);
                if (end == count)
                    break;
                if (line >= first && !AddLine())
                    return (page, null);
                (line, length) = (line + 1, 0);
                start.Clear();
            }
        }

        if (length == 0)
            return (page, line - 1);
        return line < first || AddLine() ? (page, line) : (page, null);

        bool AddLine()
        {
            var shown = Encoding.UTF8.GetString([.. start]).TrimEnd('\r');
            return page.Add(shown, start.Count < length ? length : shown.Length);
        }
    }
}
