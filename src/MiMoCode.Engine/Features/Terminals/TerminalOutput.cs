using System.Text;

namespace MiMoCode.Engine.Features.Terminals;

/// <summary>
/// The newest text of a terminal, by its place in all that was ever written. Every reader reads at its own pace; one that is slower than
/// the terminal goes on at the oldest that is kept.
/// </summary>
internal sealed class TerminalOutput(int kept = 256 << 10)
{
    private const int MostAtOnce = 32 << 10;

    private readonly Lock gate = new();
    private readonly Decoder decoder = new UTF8Encoding(false).GetDecoder();
    private readonly StringBuilder text = new();
    private TaskCompletionSource changed = NewSignal();
    private long forgotten;
    private bool ended;

    /// <summary>The place after the newest letter.</summary>
    public long End
    {
        get
        {
            lock (gate)
                return forgotten + text.Length;
        }
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Span<char> letters = new char[decoder.GetCharCount(bytes, flush: false)];
        decoder.GetChars(bytes, letters, flush: false);
        lock (gate)
        {
            text.Append(letters);

            // Now and then, so that a letter costs little.
            if (text.Length > 2 * kept)
            {
                forgotten += text.Length - kept;
                text.Remove(0, text.Length - kept);
            }

            Signal();
        }
    }

    /// <summary>Nothing more will be written.</summary>
    public void Finish()
    {
        lock (gate)
        {
            ended = true;
            Signal();
        }
    }

    /// <summary>What stands after a place, and the next place; waits for it. Null at the end.</summary>
    public async Task<(string Text, long Next)?> ReadAsync(long from, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            lock (gate)
            {
                var start = (int)Math.Clamp(from - forgotten, 0, text.Length);
                if (start < text.Length)
                    return Take(start);
                if (ended)
                    return null;
                more = changed.Task;
            }

            await more.WaitAsync(cancellationToken);
        }
    }

    private (string Text, long Next) Take(int start)
    {
        var length = Math.Min(MostAtOnce, text.Length - start);

        // The two halves of a letter stay together.
        if (length > 1 && char.IsHighSurrogate(text[start + length - 1]))
            length--;
        return (text.ToString(start, length), forgotten + start + length);
    }

    private void Signal()
    {
        changed.SetResult();
        changed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
