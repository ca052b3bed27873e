using MiMoCode.TestKit;
using MiMoCode.TestKit.Terminal;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.Tests.Terminal.Widgets;

public sealed class WidgetTests
{
    private static readonly SelectStyles Looks = new(default, default, new CellStyle(default, default, TextAttributes.Inverse), default);

    [Fact]
    public void A_list_in_a_dialog_looks_as_it_should()
    {
        var list = new SelectList
        {
            Items = [new("new session", "starts over", "Suggested", "ctrl+n"), new("models", Group: "Suggested"), new("主题", "colours", "Other")],
        };
        list.Move(2);
        var terminal = Drawn(40, 9, canvas =>
        {
            canvas.Write(0, 0, "behind", default);
            list.Draw(Shapes.Box(Shapes.Dialog(canvas, 36, 7, default), default, "Commands"), Looks);
        });
        Assert.Equal(
            """
            behind
              ╭─ Commands ───────────────────────╮
              │ Suggested                        │
              │ new session starts over   ctrl+n │
              │ models                           │
              │ Other                            │
              │ 主题 colours                     │
              ╰──────────────────────────────────╯
            """.ReplaceLineEndings("\n"),
            terminal.Text);
        Assert.Equal("inverse", terminal.StyleAt(4, 6));
        Assert.Equal("dim", terminal.StyleAt(0, 0));
    }

    [Fact]
    public void Filtering_ranks_beginnings_of_words_first()
    {
        var list = new SelectList { Items = [new("compact session"), new("new session"), new("session list"), new("theme")], Filter = "sl" };
        Assert.Equal("session list", list.Current!.Title);
        list.Filter = "zzz";
        Assert.Null(list.Current);
        list.Move(1);
        list.Filter = "";
        Assert.Equal(4, list.Count);
    }

    [Fact]
    public void The_end_is_followed_until_scrolled_up()
    {
        var scroll = new ScrollState();
        scroll.Update(100, 10);
        Assert.Equal(90, scroll.Top);
        scroll.By(-20);
        scroll.Update(130, 10);
        Assert.Equal((70, 30, false), (scroll.Top, scroll.NewBelow, scroll.Following));
        scroll.Prepended(50);
        scroll.Update(180, 10);
        Assert.Equal((120, 30), (scroll.Top, scroll.NewBelow));
        scroll.ToEnd();
        scroll.Update(200, 10);
        Assert.Equal((190, 0, true), (scroll.Top, scroll.NewBelow, scroll.Following));
    }

    [Fact]
    public void A_status_line_gives_up_what_is_at_the_left()
    {
        Span[] left = [new("build ", default), new("a-model-with-a-long-name ", default), new("main", default)];
        Span[] right = [new("12.5K (6%)", default)];
        Assert.Equal("build a-model-with… 12.5K (6%)", Drawn(30, 1, c => Shapes.StatusLine(c, left, right)).Text);
    }

    [Fact]
    public void A_spinner_turns_at_most_eight_times_a_second_and_stops_by_itself()
    {
        var clock = new ManualClock();
        var turns = 0;
        using var spinner = new Spinner(clock, () => turns++);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, turns);
        spinner.Start();
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(8, turns);
        spinner.Seen(false);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(8, turns);
        spinner.Seen(true);
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.InRange(turns, 200, 240);
        Assert.Equal(0, clock.Waiting);
    }

    [Fact]
    public void An_enter_right_after_a_letter_is_part_of_a_paste_unless_nothing_follows()
    {
        var clock = new ManualClock();
        var burst = new PasteBurst(clock) { MoreFollows = true };
        var letter = new KeyPress(new System.Text.Rune('a'));
        var enter = new KeyPress(Key.Enter);
        Assert.False(burst.IsPasted(letter));
        clock.Advance(TimeSpan.FromMilliseconds(2));
        Assert.True(burst.IsPasted(enter));
        Assert.True(burst.IsPasted(enter));
        Assert.False(burst.IsPasted(letter));
        burst.MoreFollows = false;
        Assert.False(burst.IsPasted(enter));
        Assert.False(burst.IsPasted(letter));
        burst.MoreFollows = true;
        clock.Advance(TimeSpan.FromMilliseconds(50));
        Assert.False(burst.IsPasted(enter));
    }

    private static VirtualTerminal Drawn(int width, int height, Action<Canvas> draw)
    {
        var frames = new FrameBuffer(new Size(width, height), ColorDepth.TrueColor);
        draw(frames.Begin());
        var terminal = new VirtualTerminal(width, height);
        terminal.Write(frames.End(null).Span);
        return terminal;
    }
}
