using System.Threading.Channels;

namespace MiMoCode.App.Server.Streams;

/// <summary>Some events as the bytes of a stream, the same for all who follow it.</summary>
/// <param name="bytes">Whole frames.</param>
/// <param name="number">The newest fact that is known after them.</param>
/// <param name="maySkip">They say nothing that is not told once more later.</param>
/// <param name="end">How long the stream is with them.</param>
internal sealed class Piece(byte[] bytes, long number, bool maySkip, long end)
{
    public byte[] Bytes => bytes;

    public long Number => number;

    public bool MaySkip => maySkip;

    public long Start => end - bytes.Length;

    public long End => end;

    public Piece? Next { get; set; }
}

/// <summary>One client's place in a broadcast: what comes after it was not sent to the client yet.</summary>
/// <param name="joined">The newest piece when the client came, which it does not get.</param>
/// <param name="abort">Cuts the client off.</param>
internal sealed class Follower(Piece joined, Action abort)
{
    /// <summary>A client that is so many bytes behind does without deltas.</summary>
    private const long MostWithDeltas = 1 << 20;

    /// <summary>One that is so many behind is cut off: when it comes back, the database has what it missed.</summary>
    private const long MostBehind = 8 << 20;

    /// <summary>How long a client may take to read some kilobytes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock gate = new();
    private readonly Channel<bool> arrivals = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private Piece? last = joined;
    private Piece newest = joined;
    private DateTimeOffset? sendingSince;

    /// <summary>The newest fact that was told before it joined.</summary>
    public long Joined { get; } = joined.Number;

    /// <summary>False when it was cut off or is to end.</summary>
    public bool Goes
    {
        get
        {
            lock (gate)
                return last is not null;
        }
    }

    /// <summary>Waits for something to take, or the end. Without a token, so that it costs no memory: whoever wants it to end calls <see cref="End"/>.</summary>
    public ValueTask<bool> WaitAsync() => arrivals.Reader.ReadAsync(CancellationToken.None);

    /// <summary>The next piece, if there is one.</summary>
    public Piece? Take()
    {
        lock (gate)
        {
            while (last?.Next is { } next)
            {
                last = next;
                if (!next.MaySkip || newest.End - next.End <= MostWithDeltas)
                    return next;
            }

            return null;
        }
    }

    /// <summary>Lets go of the stream.</summary>
    public void End()
    {
        lock (gate)
            last = null;
        arrivals.Writer.TryWrite(true);
    }

    /// <summary>The client is given something (since then), or has taken it (null).</summary>
    public void Sends(DateTimeOffset? since)
    {
        lock (gate)
            sendingSince = since;
    }

    /// <summary>There is a new piece, after the last one.</summary>
    public void Offer(Piece piece)
    {
        lock (gate)
        {
            newest = piece;
            if (last is not null && piece.Start - last.End > MostBehind)
                CutOff();
        }

        arrivals.Writer.TryWrite(true);
    }

    /// <summary>Cuts the client off if it does not read.</summary>
    public void Check(DateTimeOffset now)
    {
        lock (gate)
        {
            if (now - sendingSince > Patience)
                CutOff();
        }
    }

    private void CutOff()
    {
        End();
        abort();
    }
}
