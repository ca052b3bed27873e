using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui.Parts;

/// <summary>A piece of the conversation, laid out for a width.</summary>
/// <param name="Lines">Its lines; those of a growing text become more.</param>
internal sealed record Block(IReadOnlyList<StyledLine> Lines)
{
    /// <summary>Columns left free before it.</summary>
    public int Indent { get; init; } = 3;

    /// <summary>A colour under its whole width; unset for none.</summary>
    public Color Ground { get; init; }

    /// <summary>The style of a bar at its left; null for none.</summary>
    public CellStyle? Bar { get; init; }

    /// <summary>No empty line between it and a neighbour that is tight too.</summary>
    public bool Tight { get; init; }

    /// <summary>What a click on it opens or closes; null for nothing.</summary>
    public string? Opens { get; init; }

    /// <summary>Draws one of its lines on a row.</summary>
    public void Draw(Canvas canvas, int y, int line)
    {
        if (!Ground.IsUnset)
            canvas.Fill(new Area(0, y, canvas.Width, 1), CellStyle.Plain.On(Ground));
        if (Bar is { } bar)
            canvas.Write(0, y, "┃", bar);
        Lines[line].Draw(canvas, Indent, y);
    }
}
