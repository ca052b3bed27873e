namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>A value for a parameter of a statement. Bytes go in as text: they are UTF-8, mostly JSON as it travels.</summary>
internal readonly struct Cell
{
    private Cell(CellKind kind, long number = 0, double real = 0, string? text = null, ReadOnlyMemory<byte> bytes = default) =>
        (Kind, Number, Real, Text, Bytes) = (kind, number, real, text, bytes);

    public CellKind Kind { get; }

    public long Number { get; }

    public double Real { get; }

    public string? Text { get; }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Bytes that are not text.</summary>
    public static Cell Blob(ReadOnlyMemory<byte> bytes) => new(CellKind.Blob, bytes: bytes);

    public static Cell FromTime(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static Cell FromTime(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    public static implicit operator Cell(string? text) => text is null ? default : new Cell(CellKind.Text, text: text);

    public static implicit operator Cell(long number) => new(CellKind.Number, number);

    public static implicit operator Cell(long? number) => number is { } value ? value : default(Cell);

    public static implicit operator Cell(bool flag) => new(CellKind.Number, flag ? 1 : 0);

    public static implicit operator Cell(double real) => new(CellKind.Real, real: real);

    public static implicit operator Cell(byte[]? utf8) => utf8 is null ? default : new Cell(CellKind.Utf8, bytes: utf8);
}

/// <summary>How a <see cref="Cell"/> is bound.</summary>
internal enum CellKind
{
    Null,
    Number,
    Real,
    Text,
    Utf8,
    Blob,
}
