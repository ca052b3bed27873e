using System.Globalization;
using System.Text;

namespace MiMoCode.App.Cli;

/// <summary>Rows as aligned text, for people: two spaces between the columns, a rule below the head.</summary>
internal sealed class Columns(params string[] head)
{
    private readonly List<string[]> rows = [head];

    /// <summary>Adds a row. Cells that are numbers stand at the right of their column.</summary>
    public void Add(params string[] cells) => rows.Add([.. cells.Select(Printable.Line)]);

    public override string ToString()
    {
        var widths = Enumerable.Range(0, head.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var (number, row) in rows.Index())
        {
            text.AppendLine(string.Join("  ", row.Select((cell, column) => Fit(cell, column, widths[column]))).TrimEnd());
            if (number is 0)
                text.AppendLine(new string('─', widths.Sum() + (2 * (widths.Length - 1))));
        }

        return text.ToString();
    }

    /// <summary>A count as people read it: 950, 1.2K, 3.4M.</summary>
    public static string Short(long count) => count switch
    {
        < 1_000 => count.ToString(CultureInfo.InvariantCulture),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1_000.0:0.0}K"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{count / 1_000_000.0:0.0}M"),
    };

    // The first column names the row; numbers follow.
    private static string Fit(string cell, int column, int width) =>
        column > 0 && cell.Length > 0 && (char.IsAsciiDigit(cell[0]) || cell[0] is '$') ? cell.PadLeft(width) : cell.PadRight(width);
}
