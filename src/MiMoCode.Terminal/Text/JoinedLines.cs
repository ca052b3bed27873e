using System.Collections;

namespace MiMoCode.Terminal.Text;

/// <summary>Several lists of lines, one below the other, without copying them.</summary>
public sealed class JoinedLines(params IReadOnlyList<IReadOnlyList<StyledLine>> parts) : IReadOnlyList<StyledLine>
{
    /// <summary>Number of lines.</summary>
    public int Count => parts.Sum(part => part.Count);

    /// <summary>A line.</summary>
    public StyledLine this[int index]
    {
        get
        {
            foreach (var part in parts)
            {
                if (index < part.Count) return part[index];
                index -= part.Count;
            }

            throw new ArgumentOutOfRangeException(nameof(index));
        }
    }

    /// <inheritdoc/>
    public IEnumerator<StyledLine> GetEnumerator() => parts.SelectMany(part => part).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
