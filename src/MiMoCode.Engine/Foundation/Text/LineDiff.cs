namespace MiMoCode.Engine.Foundation.Text;

/// <summary>Lines <see cref="OldStart"/>.. of the old text became lines <see cref="NewStart"/>.. of the new; a length may be 0.</summary>
internal readonly record struct LineChange(int OldStart, int OldLength, int NewStart, int NewLength)
{
    public int OldEnd => OldStart + OldLength;

    public int NewEnd => NewStart + NewLength;
}

/// <summary>
/// The changed runs of lines between two texts, by Myers' linear-space algorithm. Very different texts are cut short:
/// the result is then still right, but not the smallest.
/// </summary>
internal static class LineDiff
{
    private const int MostEffort = 1_000, Unreachable = int.MinValue / 4;

    /// <summary>The lines of a text, each with its ending.</summary>
    public static string[] Split(string text)
    {
        var lines = new List<string>();
        for (var from = 0; from < text.Length;)
        {
            var at = text.IndexOf('\n', from);
            var end = at < 0 ? text.Length : at + 1;
            lines.Add(text[from..end]);
            from = end;
        }

        return [.. lines];
    }

    public static IReadOnlyList<LineChange> Between(string[] before, string[] after)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var (a, b) = (Number(before, numbers), Number(after, numbers));
        var size = (2 * (a.Length + b.Length)) + 4;
        var search = new Search(a, b, new int[size], new int[size]);
        search.Compare(0, a.Length, 0, b.Length);
        return search.Changes;
    }

    private static int[] Number(string[] lines, Dictionary<string, int> numbers) => Array.ConvertAll(lines, line =>
    {
        if (!numbers.TryGetValue(line, out var number))
            numbers[line] = number = numbers.Count;
        return number;
    });

    private sealed class Search(int[] a, int[] b, int[] forward, int[] backward)
    {
        public List<LineChange> Changes { get; } = [];

        public void Compare(int a0, int a1, int b0, int b1)
        {
            while (a0 < a1 && b0 < b1 && a[a0] == b[b0])
                (a0, b0) = (a0 + 1, b0 + 1);
            while (a0 < a1 && b0 < b1 && a[a1 - 1] == b[b1 - 1])
                (a1, b1) = (a1 - 1, b1 - 1);
            if (a0 == a1 && b0 == b1)
                return;
            if (a0 == a1 || b0 == b1)
            {
                Add(new LineChange(a0, a1 - a0, b0, b1 - b0));
                return;
            }

            if (Middle(a0, a1, b0, b1) is not var (x, y) || (x, y) == (a0, b0) || (x, y) == (a1, b1))
            {
                Add(new LineChange(a0, a1 - a0, b0, b1 - b0));
                return;
            }

            Compare(a0, x, b0, y);
            Compare(x, a1, y, b1);
        }

        private void Add(LineChange change)
        {
            if (Changes is [.., var last] && last.OldEnd == change.OldStart && last.NewEnd == change.NewStart)
                Changes[^1] = new LineChange(last.OldStart, last.OldLength + change.OldLength, last.NewStart, last.NewLength + change.NewLength);
            else
                Changes.Add(change);
        }

        /// <summary>A point on a shortest path, where the search from the start meets the search from the end.</summary>
        private (int X, int Y)? Middle(int a0, int a1, int b0, int b1)
        {
            int n = a1 - a0, m = b1 - b0, delta = n - m, middle = forward.Length / 2;
            forward[middle + 1] = 0;
            backward[middle + 1] = 0;
            for (var d = 0; d <= (n + m + 1) / 2; d++)
            {
                for (var k = -d; k <= d; k += 2)
                {
                    var x = Furthest(forward, k);
                    while (x >= 0 && x < n && x - k < m && a[a0 + x] == b[b0 + x - k])
                        x++;
                    forward[middle + k] = x;
                    if (delta % 2 != 0 && Math.Abs(delta - k) < d && x + backward[middle + delta - k] >= n)
                        return (a0 + x, b0 + x - k);
                }

                for (var k = -d; k <= d; k += 2)
                {
                    var x = Furthest(backward, k);
                    while (x >= 0 && x < n && x - k < m && a[a1 - 1 - x] == b[b1 - 1 - (x - k)])
                        x++;
                    backward[middle + k] = x;
                    if (delta % 2 == 0 && Math.Abs(delta - k) <= d && x + forward[middle + delta - k] >= n)
                        return (a1 - x, b1 - (x - k));
                }

                if (d >= MostEffort)
                    return Best(d);

                int Furthest(int[] reached, int k)
                {
                    var down = k < d || d == 0 ? reached[middle + k + 1] : Unreachable;
                    var right = k > -d ? reached[middle + k - 1] + 1 : Unreachable;
                    var x = Math.Max(down, right);
                    return x < 0 || x > n || x - k > m ? Unreachable : x;
                }
            }

            return null;

            (int X, int Y)? Best(int d)
            {
                var best = (X: 0, Y: 0);
                for (var k = -d; k <= d; k += 2)
                {
                    var x = forward[middle + k];
                    if (x + x - k > best.X + best.Y)
                        best = (x, x - k);
                }

                return (a0 + best.X, b0 + best.Y);
            }
        }
    }
}
