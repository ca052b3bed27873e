using System.Collections;

namespace MiMoCode.Terminal.Text;

/// <summary>
/// The lines of many rows, such as those of a long diff: how many lines a row takes is counted beforehand, and the lines themselves are
/// made when they are looked at.
/// </summary>
public sealed class LazyLines : IReadOnlyList<StyledLine>
{
    // More than a screen shows, so that drawing the same rows again makes nothing anew.
    private const int MostKept = 512;

    private readonly int[] ends;   // for each row, how many lines there are up to its end
    private readonly Func<int, IReadOnlyList<StyledLine>> layOut;
    private readonly Dictionary<int, IReadOnlyList<StyledLine>> kept = [];

    /// <summary>Counts the lines.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="height">How many lines a row takes; at least one.</param>
    /// <param name="layOut">Makes exactly so many lines of a row.</param>
    public LazyLines(int rows, Func<int, int> height, Func<int, IReadOnlyList<StyledLine>> layOut)
    {
        this.layOut = layOut;
        ends = new int[rows];
        for (var (row, end) = (0, 0); row < rows; row++) ends[row] = end += height(row);
    }

    /// <summary>Number of lines.</summary>
    public int Count => ends is [.., var last] ? last : 0;

    /// <summary>A line.</summary>
    public StyledLine this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var found = Array.BinarySearch(ends, index + 1);
            var row = found >= 0 ? found : ~found;
            return LinesOf(row)[index - (row == 0 ? 0 : ends[row - 1])];
        }
    }

    /// <inheritdoc/>
    public IEnumerator<StyledLine> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IReadOnlyList<StyledLine> LinesOf(int row)
    {
        if (kept.TryGetValue(row, out var lines)) return lines;
        if (kept.Count >= MostKept) kept.Clear();
        return kept[row] = layOut(row);
    }
}
