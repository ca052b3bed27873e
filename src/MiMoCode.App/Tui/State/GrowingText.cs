using System.Text;

namespace MiMoCode.App.Tui.State;

/// <summary>
/// Text that only grows. Copies share one buffer and the newest extends it in place, so that adding a word costs the same however
/// long the text is; an older copy never sees what came after it.
/// </summary>
internal readonly record struct GrowingText
{
    private readonly StringBuilder? buffer;

    private GrowingText(StringBuilder buffer, int length) => (this.buffer, Length) = (buffer, length);

    public int Length { get; }

    /// <summary>Made of the same beginning as the other: what is new in it is <see cref="From"/> the other's length.</summary>
    public bool Continues(GrowingText earlier) => earlier.Length == 0 || (ReferenceEquals(buffer, earlier.buffer) && Length >= earlier.Length);

    public GrowingText Append(string more)
    {
        var own = buffer is not null && buffer.Length == Length ? buffer : new StringBuilder(ToString());
        own.Append(more);
        return new GrowingText(own, own.Length);
    }

    /// <summary>The text from a place on.</summary>
    public string From(int start) => buffer?.ToString(start, Length - start) ?? "";

    public override string ToString() => From(0);
}
