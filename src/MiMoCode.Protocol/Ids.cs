namespace MiMoCode.Protocol;

/// <summary>
/// Makes ids as they look on the wire: a prefix, twelve hexadecimal digits of time and fourteen random letters.
/// They sort roughly by age (sessions newest first), which is a convenience for people only: order always comes from the store.
/// </summary>
public static class Ids
{
    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>An id for a session: <c>ses_…</c>, descending.</summary>
    public static string Session(TimeProvider clock) => Make("ses", ~Ticks(clock));

    /// <summary>An id for a message: <c>msg_…</c>.</summary>
    public static string Message(TimeProvider clock) => Make("msg", Ticks(clock));

    /// <summary>An id for a part: <c>prt_…</c>.</summary>
    public static string Part(TimeProvider clock) => Make("prt", Ticks(clock));

    /// <summary>An id for a permission request: <c>per_…</c>.</summary>
    public static string Permission(TimeProvider clock) => Make("per", Ticks(clock));

    /// <summary>An id for a question: <c>que_…</c>.</summary>
    public static string Question(TimeProvider clock) => Make("que", Ticks(clock));

    /// <summary>An id of another kind, for instance a terminal (<c>pty</c>) or a spilled output (<c>tool</c>).</summary>
    public static string Of(string prefix, TimeProvider clock) => Make(prefix, Ticks(clock));

    // A quarter of a millisecond a tick, so that ids made in a burst mostly keep their order.
    private static long Ticks(TimeProvider clock) => clock.GetUtcNow().UtcTicks / 2500;

    private static string Make(string prefix, long ticks)
    {
        Span<char> tail = stackalloc char[14];
        // An id names and does not protect: nobody may do more for knowing one, so it need not be beyond guessing.
        Random.Shared.GetItems(Letters, tail);
        return $"{prefix}_{ticks & 0xFFFF_FFFF_FFFF:x12}{tail}";
    }
}
