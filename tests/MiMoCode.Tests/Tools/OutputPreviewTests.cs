using System.Text;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Tools;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Tools;

public sealed class OutputPreviewTests
{
    private readonly ManualClock clock = new();
    private readonly OutputCapture output = new(OutputBounds.Default);
    private readonly List<string> shown = [];

    [Fact]
    public void Shows_the_first_piece_at_once_and_what_follows_it_together_a_moment_later()
    {
        using var preview = new OutputPreview(shown.Add, clock);
        Write(preview, "one ");
        Write(preview, "two ");
        Write(preview, "three");
        Assert.Equal(["one "], shown);

        clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(["one ", "one two three"], shown);

        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, shown.Count);
        Write(preview, "!");
        Assert.Equal("one two three!", shown[2]);
    }

    [Fact]
    public void Shows_nothing_of_a_call_that_has_ended()
    {
        using var preview = new OutputPreview(shown.Add, clock);
        Write(preview, "one ");
        Write(preview, "two ");
        preview.Dispose();
        clock.Advance(TimeSpan.FromSeconds(1));
        Write(preview, "three");
        Assert.Equal(["one "], shown);
    }

    private void Write(OutputPreview preview, string text)
    {
        output.Add(Encoding.UTF8.GetBytes(text));
        preview.Grown(output);
    }
}
