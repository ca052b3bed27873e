namespace MiMoCode.Engine.Foundation.Text;

/// <summary>How alike two lines are, from 0 to 1: one minus the share of characters to change.</summary>
internal static class Likeness
{
    // Longer lines are compared by their beginnings; the cost is the product of the lengths.
    private const int Longest = 400;

    public static double Of(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.SequenceEqual(b))
            return 1;
        if (a.Length > Longest || b.Length > Longest)
        {
            a = a[..Math.Min(a.Length, Longest)];
            b = b[..Math.Min(b.Length, Longest)];
        }

        var longer = Math.Max(a.Length, b.Length);
        return longer == 0 ? 0 : 1 - ((double)Distance(a, b) / longer);
    }

    private static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        Span<int> row = stackalloc int[Longest + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var here = a[i - 1] == b[j - 1] ? diagonal : 1 + Math.Min(diagonal, Math.Min(row[j], row[j - 1]));
                (diagonal, row[j]) = (row[j], here);
            }
        }

        return row[b.Length];
    }
}
