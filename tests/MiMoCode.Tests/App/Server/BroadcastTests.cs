using System.Text;
using MiMoCode.App.Server.Streams;
using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.Tests.App.Server;

/// <summary>What many clients of one stream share, and where each of them stands in it.</summary>
public sealed class BroadcastTests
{
    private const int Megabyte = 1 << 20;

    [Fact]
    public void Tells_text_that_grew_several_times_once()
    {
        var pieces = Write(Delta("p", "Go"), Delta("q", "other"), Delta("p", "od d"), Delta("p", "ay"));
        var (text, _, maySkip) = Assert.Single(pieces);
        Assert.True(maySkip);
        Assert.Contains("\"Good day\"", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("data: ").Length - 1);
        Assert.True(text.IndexOf("Good day", StringComparison.Ordinal) < text.IndexOf("other", StringComparison.Ordinal));
    }

    [Fact]
    public void Never_tells_text_before_what_happened_earlier()
    {
        var pieces = Write(Delta("p", "one"), new NumberedEvent(8, new SessionIdle { SessionId = "ses_1" }), Delta("p", "two"), new NumberedEvent(3, new ServerHeartbeat()));
        Assert.Equal([true, false, true, false], pieces.Select(piece => piece.MaySkip));
        Assert.Equal([7, 8, 8, 8], pieces.Select(piece => piece.Number));
        Assert.StartsWith("id: base-8\ndata: {\"type\":\"server.heartbeat\"", pieces[3].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_follower_that_lags_behind_does_without_deltas()
    {
        var start = new Piece([], 0, false, 0);
        var follower = new Follower(start, () => Assert.Fail("It is not that far behind."));
        var (skipped, fact, last) = (Next(start, Megabyte, true), default(Piece), default(Piece));
        fact = Next(skipped, Megabyte, false);
        last = Next(fact, 10, true);
        foreach (var piece in (Piece[])[skipped, fact, last])
            follower.Offer(piece);
        Assert.Same(fact, follower.Take());
        Assert.Same(last, follower.Take());
        Assert.Null(follower.Take());
        Assert.True(follower.Goes);
    }

    [Fact]
    public async Task A_follower_that_lags_too_far_behind_is_cut_off_and_keeps_nothing()
    {
        var (start, cut) = (new Piece([], 0, false, 0), 0);
        var follower = new Follower(start, () => cut++);
        var piece = start;
        for (var i = 0; i < 10; i++)
            follower.Offer(piece = Next(piece, Megabyte, false));
        Assert.Equal(1, cut);
        Assert.Null(follower.Take());
        await follower.WaitAsync();
        Assert.False(follower.Goes);
    }

    [Fact]
    public void One_large_piece_is_no_lag()
    {
        var start = new Piece([], 0, false, 0);
        var follower = new Follower(start, () => Assert.Fail("It was cut off."));
        var large = Next(start, 20 * Megabyte, false);
        follower.Offer(large);
        Assert.Same(large, follower.Take());
    }

    private static NumberedEvent Delta(string part, string text) => new(7, new PartDelta("msg_1", part, "text", text) { SessionId = "ses_1" });

    private static Piece Next(Piece before, int length, bool maySkip) =>
        before.Next = new Piece(new byte[length], 0, maySkip, before.End + length);

    private static List<(string Text, long Number, bool MaySkip)> Write(params NumberedEvent[] events)
    {
        var batch = new Batch(new FrameWriter(withFolder: false));
        foreach (var told in events)
            batch.Add(told);
        var (place, pieces) = (new EventCursor("base", 5), new List<(string, long, bool)>());
        batch.Empty(ref place, (bytes, number, maySkip) => pieces.Add((Encoding.UTF8.GetString(bytes), number, maySkip)));
        return pieces;
    }
}
