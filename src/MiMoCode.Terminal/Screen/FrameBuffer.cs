namespace MiMoCode.Terminal.Screen;

/// <summary>
/// What the terminal shows and what it is to show next. Each frame draws everything anew into the second; only the difference is
/// sent, as one run of bytes.
/// </summary>
public sealed class FrameBuffer
{
    private readonly ClusterTable clusters = new();
    private readonly CellGrid shown;
    private readonly CellGrid next;
    private readonly FrameWriter writer;
    private bool unknown = true;

    /// <summary>A buffer for a terminal whose content is not known yet.</summary>
    public FrameBuffer(Size size, ColorDepth depth)
    {
        shown = new CellGrid(size.Width, size.Height, clusters);
        next = new CellGrid(size.Width, size.Height, clusters);
        writer = new FrameWriter(clusters, depth);
    }

    /// <summary>The size of the screen.</summary>
    public Size Size => new(next.Width, next.Height);

    /// <summary>Whether large frames are sent as synchronized output. Only to be set when the terminal said it knows it.</summary>
    public bool Synchronized { get; set; }

    /// <summary>Takes a new size; the next frame repaints everything.</summary>
    public void Resize(Size size)
    {
        shown.Resize(size.Width, size.Height);
        next.Resize(size.Width, size.Height);
        Invalidate();
    }

    /// <summary>Forgets what the terminal shows: after another program wrote to it, or at the user's wish.</summary>
    public void Invalidate() => unknown = true;

    /// <summary>Starts a frame and returns an empty canvas.</summary>
    public Canvas Begin()
    {
        if (clusters.IsFull)
        {
            clusters.Clear();
            unknown = true;
        }

        next.Clear();
        return new Canvas(next);
    }

    /// <summary>Ends the frame: the bytes to send, none when nothing changed, valid until the next frame.</summary>
    /// <param name="caret">Where the terminal's cursor stands (input methods open there); null hides it.</param>
    public ReadOnlyMemory<byte> End(Position? caret)
    {
        writer.Begin(unknown);
        if (unknown) shown.Clear();
        else if (ScrolledRows.Find(shown, next) is { } scrolled) scrolled.Apply(shown, writer);
        for (var y = 0; y < next.Height; y++)
        {
            writer.Row(y, shown.Row(y), next.Row(y));
        }

        shown.CopyFrom(next);
        unknown = false;
        return writer.End(Inside(caret), Synchronized);
    }

    private Position? Inside(Position? caret) =>
        caret is { } at ? new Position(Math.Clamp(at.X, 0, next.Width - 1), Math.Clamp(at.Y, 0, next.Height - 1)) : null;
}
