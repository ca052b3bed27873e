using MiMoCode.App.Tui.Looks;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.App.Tui.Dialogs;

/// <summary>A key that does something with the chosen item, with its name for the last row.</summary>
internal sealed record ChoiceKey(string Key, string Does, Action<ChoiceDialog, SelectItem> Act);

/// <summary>A list to choose from, narrowed by typing.</summary>
internal sealed class ChoiceDialog : Dialog
{
    private readonly SelectList list = new();
    private readonly TextEditor filter = new();
    private readonly EditorKeys keys = new();
    private readonly Action<SelectItem> choose;
    private readonly ChoiceKey[] more;
    private int mostRows;

    public ChoiceDialog(string title, IReadOnlyList<SelectItem> items, Action<SelectItem> choose, object? chosen = null, params ChoiceKey[] more)
        : base(title)
    {
        (this.choose, this.more, list.Items) = (choose, more, items);
        if (chosen is not null)
            list.Choose(item => Equals(item.Value, chosen));
    }

    /// <summary>What there is to choose; the choice stays where it is.</summary>
    public IReadOnlyList<SelectItem> Items
    {
        get => list.Items;
        set => list.Items = value;
    }

    /// <summary>A line below the list: what a key would do once more.</summary>
    public string Note { get; set; } = "";

    public override void Paste(string text) => Narrow(() => filter.Buffer.Insert(text.ReplaceLineEndings(" ")));

    protected override void Take(KeyPress press)
    {
        if (more.FirstOrDefault(key => key.Key == press.ToString()) is { } own)
        {
            if (list.Current is { } item)
                own.Act(this, item);
            return;
        }

        Note = "";
        if (press == new KeyPress(Key.Enter))
        {
            if (list.Current is not { } chosen)
                return;
            IsClosed = true;
            choose(chosen);
        }
        else if (!list.Handle(press))
            Narrow(() => filter.Handle(press, keys));
    }

    // As large as the whole list while it is narrowed: nothing jumps under the eyes of who types.
    protected override (int Width, int Height) SizeIn(int width, int height, Look look)
    {
        mostRows = Math.Max(mostRows, list.RowCount);
        return (Math.Min(72, width - 4), Math.Min(Math.Max(8, mostRows + (more.Length > 0 ? 8 : 6)), Math.Min(26, height - 2)));
    }

    protected override Position? DrawBody(Canvas canvas, Look look)
    {
        var field = canvas.Part(new Area(0, 0, canvas.Width, 1));
        if (filter.Buffer.IsEmpty)
            field.Write(0, 0, "Search", look.Muted);
        var caret = filter.Draw(field, look.Text, look.Selected);
        var body = canvas.Part(new Area(-1, 2, canvas.Width + 2, canvas.Height - (more.Length > 0 || Note.Length > 0 ? 4 : 2)));
        if (list.Count == 0)
            body.Write(1, 0, "Nothing fits", look.Muted);
        list.Draw(body, look.List);
        var foot = Note.Length > 0 ? Note : string.Join(" · ", more.Select(key => $"{key.Key} {key.Does}"));
        canvas.Write(0, canvas.Height - 1, Fit.Cut(foot, canvas.Width), Note.Length > 0 ? look.Warning : look.Muted);
        return caret;
    }

    private void Narrow(Action change)
    {
        change();
        if (list.Filter != filter.Buffer.Text)
            list.Filter = filter.Buffer.Text;
    }
}
