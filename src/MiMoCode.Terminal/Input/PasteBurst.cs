namespace MiMoCode.Terminal.Input;

/// <summary>
/// Recognises a paste in terminals that do not mark it: an Enter that follows a typed character sooner than fingers could, with more
/// right behind it, is part of the text, not the wish to send it. At the end of what came in it is the wish: programs type so, too.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class PasteBurst(TimeProvider time)
{
    private static readonly TimeSpan FasterThanFingers = TimeSpan.FromMilliseconds(20);

    private long? lastText;

    /// <summary>Whether more was read together with the key that comes next.</summary>
    public bool MoreFollows { get; set; }

    /// <summary>Call for every key; true if this one is an Enter that must only start a new line.</summary>
    public bool IsPasted(KeyPress press)
    {
        var now = time.GetTimestamp();
        var soon = lastText is { } last && time.GetElapsedTime(last, now) < FasterThanFingers;
        var newline = press is { Key: Key.Enter, Modifiers: KeyModifiers.None };
        lastText = press.IsText || (newline && soon) ? now : null;
        return newline && soon && MoreFollows;
    }
}
