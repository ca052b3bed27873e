using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.Terminal.Widgets;

/// <summary>A text field of one or more rows: lays its buffer out for a width, moves by rows as seen, and draws itself.</summary>
public sealed class TextEditor
{
    private List<Range> rows = [0..0];
    private (string Text, int Columns) laidOut = ("", 0);
    private int columns = 80;
    private int top;
    private int? goal;   // the column that moving up and down aims at

    /// <summary>What is edited.</summary>
    public TextBuffer Buffer { get; } = new();

    /// <summary>Rows that the text takes at a width.</summary>
    public int RowsAt(int width)
    {
        columns = Math.Max(1, width);
        return Rows.Count;
    }

    /// <summary>True if the caret is in the first row.</summary>
    public bool InFirstRow => RowOf(Buffer.Caret) == 0;

    /// <summary>True if the caret is in the last row.</summary>
    public bool InLastRow => RowOf(Buffer.Caret) == Rows.Count - 1;

    private List<Range> Rows
    {
        get
        {
            if (laidOut != (Buffer.Text, columns))
            {
                laidOut = (Buffer.Text, columns);
                rows = EditorRows.Of(Buffer.Text, columns);
            }

            return rows;
        }
    }

    /// <summary>Moves one or more rows as seen; false if the caret cannot go further.</summary>
    public bool MoveRows(int by, bool select = false)
    {
        var row = RowOf(Buffer.Caret);
        var target = Math.Clamp(row + by, 0, Rows.Count - 1);
        if (target == row) return false;
        var column = goal ?? ColumnOf(Buffer.Caret, row);
        Buffer.MoveTo(IndexAt(target, column), select);
        goal = column;
        return true;
    }

    /// <summary>Beginning of the row as seen.</summary>
    public int RowStart => Rows[RowOf(Buffer.Caret)].Start.Value;

    /// <summary>End of the row as seen.</summary>
    public int RowEnd => Rows[RowOf(Buffer.Caret)].End.Value;

    /// <summary>Does what a key means; false if it means nothing here.</summary>
    public bool Handle(KeyPress press, EditorKeys keys)
    {
        if (keys.ActionOf(press) is { } action)
        {
            var handled = EditorActions.Do(action, this);
            if (action is not (EditorAction.Up or EditorAction.Down or EditorAction.SelectUp or EditorAction.SelectDown)) goal = null;
            return handled;
        }

        if (!press.IsText) return false;
        goal = null;
        Buffer.Insert(press.Character.ToString(), typed: true);
        return true;
    }

    /// <summary>Puts the caret where the mouse points.</summary>
    public void Click(Position at, bool select = false)
    {
        goal = null;
        Buffer.MoveTo(IndexAt(Math.Clamp(top + at.Y, 0, Rows.Count - 1), at.X), select);
    }

    /// <summary>Draws the text, scrolled so that the caret is seen, and returns the caret's place on the screen.</summary>
    public Position Draw(Canvas canvas, CellStyle style, CellStyle selected)
    {
        columns = Math.Max(1, canvas.Width);
        var caretRow = RowOf(Buffer.Caret);
        top = Math.Clamp(top, Math.Max(0, caretRow - canvas.Height + 1), caretRow);
        top = Math.Min(top, Math.Max(0, Rows.Count - canvas.Height));
        for (var y = 0; y < canvas.Height && top + y < Rows.Count; y++)
        {
            var (start, length) = Rows[top + y].GetOffsetAndLength(Buffer.Text.Length);
            DrawRow(canvas, y, start, start + length, style, selected);
        }

        return canvas.ToScreen(new Position(Math.Min(ColumnOf(Buffer.Caret, caretRow), canvas.Width - 1), caretRow - top));
    }

    private void DrawRow(Canvas canvas, int y, int start, int end, CellStyle style, CellStyle selected)
    {
        var (from, to) = Buffer.Selection ?? (start, start);
        (from, to) = (Math.Clamp(from, start, end), Math.Clamp(to, start, end));
        var x = canvas.Write(0, y, EditorRows.Shown(Buffer.Text[start..from]), style);
        x = canvas.Write(x, y, EditorRows.Shown(Buffer.Text[from..to]), selected);
        canvas.Write(x, y, EditorRows.Shown(Buffer.Text[to..end]), style);
    }

    private int RowOf(int index)
    {
        for (var row = Rows.Count - 1; row > 0; row--)
        {
            if (Rows[row].Start.Value <= index) return row;
        }

        return 0;
    }

    private int ColumnOf(int index, int row) => EditorRows.WidthOf(Buffer.Text.AsSpan(Rows[row].Start.Value..index));

    private int IndexAt(int row, int column)
    {
        var (start, length) = Rows[row].GetOffsetAndLength(Buffer.Text.Length);
        var text = Buffer.Text.AsSpan(start, length);
        foreach (var cluster in new Clusters(text))
        {
            column -= EditorRows.WidthOf(cluster.Text);
            if (column < 0) return start + cluster.Start;
        }

        // The end of a row that goes on is the beginning of the next: stay before it.
        var wrapped = row + 1 < Rows.Count && Rows[row + 1].Start.Value == start + length;
        return wrapped ? Buffer.Before(start + length) : start + length;
    }
}
