using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.Terminal.Widgets;

/// <summary>One thing to choose.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Description">More about it, fainter.</param>
/// <param name="Group">The heading it stands under; null for none.</param>
/// <param name="Footer">What stands at the right end.</param>
/// <param name="Value">What the caller knows it by.</param>
public sealed record SelectItem(string Title, string? Description = null, string? Group = null, string? Footer = null, object? Value = null);

/// <summary>Looks of a list.</summary>
public readonly record struct SelectStyles(CellStyle Text, CellStyle Muted, CellStyle Selected, CellStyle Group);

/// <summary>A list with one chosen item and a filter. Only the rows seen are drawn, so it may be long.</summary>
public sealed class SelectList
{
    private IReadOnlyList<SelectItem> items = [];
    private List<SelectItem> shown = [];
    private List<Row> rows = [];
    private int top;
    private int height = 10;

    /// <summary>What there is to choose.</summary>
    public IReadOnlyList<SelectItem> Items
    {
        get => items;
        set
        {
            items = value;
            Refilter(keep: Current);
        }
    }

    /// <summary>The letters by which the list is narrowed.</summary>
    public string Filter
    {
        get;
        set
        {
            field = value;
            Refilter(keep: null);
        }
    } = "";

    /// <summary>Index of the chosen item among those shown.</summary>
    public int Index { get; private set; }

    /// <summary>The chosen item; null if none fits the filter.</summary>
    public SelectItem? Current => Index < shown.Count ? shown[Index] : null;

    /// <summary>Number of items that fit the filter.</summary>
    public int Count => shown.Count;

    /// <summary>Rows needed to show all, headings included.</summary>
    public int RowCount => rows.Count;

    /// <summary>Moves the choice; at an end it goes on at the other.</summary>
    public void Move(int by)
    {
        if (shown.Count > 0) Index = ((Index + by) % shown.Count + shown.Count) % shown.Count;
    }

    /// <summary>Chooses the first item that fits a condition.</summary>
    public void Choose(Func<SelectItem, bool> condition) => Index = Math.Max(0, shown.FindIndex(item => condition(item)));

    /// <summary>Moves by a key; false if the key means nothing here.</summary>
    public bool Handle(KeyPress press)
    {
        switch (press.ToString())
        {
            case "up" or "ctrl+p": Move(-1); return true;
            case "down" or "ctrl+n": Move(1); return true;
            case "pageup": Index = Math.Max(0, Index - height); return true;
            case "pagedown": Index = Math.Max(0, Math.Min(shown.Count - 1, Index + height)); return true;
            case "home": Index = 0; return true;
            case "end": Index = Math.Max(0, shown.Count - 1); return true;
            default: return false;
        }
    }

    /// <summary>Chooses the item at a row as drawn; false if there is none.</summary>
    public bool Click(int row)
    {
        if (top + row >= rows.Count || rows[top + row].Item is not { } item) return false;
        Index = item;
        return true;
    }

    /// <summary>Draws as many rows as fit, the chosen one among them.</summary>
    public void Draw(Canvas canvas, SelectStyles styles)
    {
        height = Math.Max(1, canvas.Height);
        var chosen = Math.Max(0, rows.FindIndex(row => row.Item == Index));
        var head = chosen > 0 && rows[chosen - 1].Item is null ? chosen - 1 : chosen;   // keep its heading in sight
        top = Math.Clamp(top, Math.Max(0, chosen - height + 1), head);
        for (var y = 0; y < canvas.Height && top + y < rows.Count; y++) DrawRow(canvas, y, rows[top + y], styles);
    }

    private void DrawRow(Canvas canvas, int y, Row row, SelectStyles styles)
    {
        if (row.Item is not { } index)
        {
            canvas.Write(1, y, row.Heading!, styles.Group);
            return;
        }

        var item = shown[index];
        var selected = index == Index;
        if (selected) canvas.Fill(new Area(0, y, canvas.Width, 1), styles.Selected);
        var muted = selected ? styles.Selected : styles.Muted;
        var end = canvas.Width - 1;
        if (item.Footer is { } footer)
        {
            canvas.WriteRight(end, y, footer, muted);
            end -= TextWidth.Of(footer) + 1;
        }

        var x = canvas.Write(1, y, Fit.Cut(item.Title, end - 1), selected ? styles.Selected : styles.Text);
        if (item.Description is { } description && end - x > 4) canvas.Write(x + 1, y, Fit.Cut(description, end - x - 1), muted);
    }

    private void Refilter(SelectItem? keep)
    {
        shown = Fuzzy.Filter(items, Filter, item => item.Title);
        Index = keep is null ? 0 : Math.Max(0, shown.FindIndex(item => Equals(item.Value ?? item.Title, keep.Value ?? keep.Title)));
        rows = [];
        string? group = null;
        for (var i = 0; i < shown.Count; i++)
        {
            // Filtered lists are ranked; headings would only stand in between.
            if (Filter.Length == 0 && shown[i].Group is { } next && next != group) rows.Add(new Row(null, group = next));
            rows.Add(new Row(i, null));
        }
    }

    private readonly record struct Row(int? Item, string? Heading);
}
