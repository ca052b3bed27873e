using System.Collections.Immutable;
using MiMoCode.App.Tui.Parts;
using MiMoCode.Terminal.Screen;

namespace MiMoCode.App.Tui.Transcript;

/// <summary>A message as blocks one below the other, with an empty line between them and after the last.</summary>
internal sealed class MessageLayout
{
    private readonly ImmutableArray<(Block Block, int Gap)> blocks;

    public MessageLayout(IEnumerable<Block> shown)
    {
        var list = shown.Where(block => block.Lines.Count > 0).ToList();
        blocks = [.. list.Select((block, at) => (block, Gap: at + 1 < list.Count && block.Tight && list[at + 1].Tight ? 0 : 1))];
    }

    /// <summary>Lines, the empty one at the end included; 0 when there is nothing to show.</summary>
    public int Height => blocks.Sum(entry => entry.Block.Lines.Count + entry.Gap);

    /// <summary>Draws a line on a row; the block and the line of it, none where a gap is.</summary>
    public (Block? Block, int Line) Draw(Canvas canvas, int y, int line)
    {
        foreach (var (block, gap) in blocks)
        {
            if (line < block.Lines.Count)
            {
                block.Draw(canvas, y, line);
                return (block, line);
            }

            line -= block.Lines.Count + gap;
            if (line < 0)
                break;
        }

        return (null, 0);
    }
}
