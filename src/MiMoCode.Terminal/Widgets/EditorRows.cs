using MiMoCode.Terminal.Text;

namespace MiMoCode.Terminal.Widgets;

/// <summary>Rows of an editor. Unlike in finished text no space is dropped: every place of the text can hold the caret.</summary>
internal static class EditorRows
{
    private const string Tab = "  ";

    /// <summary>Rows as ranges into the text, line feeds excluded. One column is left free for the caret at a row's end.</summary>
    public static List<Range> Of(string text, int columns)
    {
        var rows = new List<Range>();
        for (var start = 0; ;)
        {
            var feed = text.IndexOf('\n', start);
            var end = feed < 0 ? text.Length : feed;
            Wrap(text, start, end, Math.Max(2, columns - 1), rows);
            if (feed < 0) return rows;
            start = feed + 1;
        }
    }

    public static string Shown(string text) => text.Replace("\t", Tab, StringComparison.Ordinal);

    public static int WidthOf(ReadOnlySpan<char> text) => TextWidth.Of(text) + text.Count('\t') * (Tab.Length - 1);

    private static void Wrap(string text, int start, int end, int columns, List<Range> rows)
    {
        int used = 0, chance = -1, chanceUsed = 0;
        var row = start;
        foreach (var cluster in new Clusters(text.AsSpan(start, end - start)))
        {
            var at = start + cluster.Start;
            var width = WidthOf(cluster.Text);
            if (used + width > columns && chance > row) Close(chance, used - chanceUsed);
            if (used + width > columns && at > row) Close(at, 0);
            used += width;
            if (cluster.Text[0] is ' ' or '\t' || width == 2) (chance, chanceUsed) = (start + cluster.End, used);
        }

        rows.Add(row..end);

        void Close(int border, int carried)
        {
            rows.Add(row..border);
            (row, used, chance) = (border, carried, -1);
        }
    }
}
