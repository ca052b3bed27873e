namespace MiMoCode.Terminal.Screen;

/// <summary>
/// A part of the screen to draw on. Places are relative to its top left corner; what lies outside is not drawn. Text may hold
/// anything: control characters come out as visible pictures. A canvas is valid during one frame.
/// </summary>
public readonly struct Canvas
{
    private readonly CellGrid grid;
    private readonly Area area;   // may reach beyond the grid
    private readonly Area clip;   // never does

    internal Canvas(CellGrid grid)
        : this(grid, new Area(0, 0, grid.Width, grid.Height), new Area(0, 0, grid.Width, grid.Height))
    {
    }

    private Canvas(CellGrid grid, Area area, Area clip) => (this.grid, this.area, this.clip) = (grid, area, clip);

    /// <summary>Columns.</summary>
    public int Width => area.Width;

    /// <summary>Rows.</summary>
    public int Height => area.Height;

    /// <summary>The whole canvas in its own coordinates.</summary>
    public Area Bounds => new(0, 0, Width, Height);

    /// <summary>Where the canvas begins on the screen: for mouse places and the caret.</summary>
    public Position Origin => new(area.X, area.Y);

    /// <summary>A part of this canvas as a canvas of its own.</summary>
    public Canvas Part(Area part)
    {
        var absolute = part with { X = part.X + area.X, Y = part.Y + area.Y };
        return new Canvas(grid, absolute, clip.Intersect(absolute));
    }

    /// <summary>A place of this canvas on the screen.</summary>
    public Position ToScreen(Position at) => new(at.X + area.X, at.Y + area.Y);

    /// <summary>Writes one line of text and returns the column after it; what does not fit is cut. An unset background keeps the
    /// one that is there.</summary>
    public int Write(int x, int y, ReadOnlySpan<char> text, CellStyle style)
    {
        var row = y + area.Y;
        if (row < clip.Y || row >= clip.Bottom || text.IsEmpty) return x;
        return grid.Write(x + area.X, row, clip.X, clip.Right, text, style) - area.X;
    }

    /// <summary>Writes text so that it ends before column <paramref name="right"/>.</summary>
    public void WriteRight(int right, int y, ReadOnlySpan<char> text, CellStyle style) =>
        Write(right - Text.TextWidth.Of(text), y, text, style);

    /// <summary>Blanks a part with a style.</summary>
    public void Fill(Area part, CellStyle style)
    {
        var visible = Visible(part);
        for (var y = visible.Y; y < visible.Bottom; y++) grid.Fill(visible.X, y, visible.Width, style);
    }

    /// <summary>Blanks everything with a style.</summary>
    public void Fill(CellStyle style) => Fill(Bounds, style);

    /// <summary>Lays a style over a part, keeping its text: a selection, a dimmed background.</summary>
    public void Restyle(Area part, CellStyle style)
    {
        var visible = Visible(part);
        for (var y = visible.Y; y < visible.Bottom; y++) grid.Restyle(visible.X, y, visible.Width, style);
    }

    private Area Visible(Area part) => clip.Intersect(part with { X = part.X + area.X, Y = part.Y + area.Y });
}
