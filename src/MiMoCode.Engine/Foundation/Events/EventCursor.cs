using System.Globalization;

namespace MiMoCode.Engine.Foundation.Events;

/// <summary>A place in the stream of events that outlives the process: the database and the number of a fact in it.</summary>
internal readonly record struct EventCursor(string Database, long Number)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; null when it is something else.</summary>
    public static EventCursor? Parse(string? text) =>
        text?.LastIndexOf('-') is > 0 and var dash
        && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new EventCursor(text[..dash], number)
            : null;

    /// <summary><c>database-number</c>, as on the wire.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Database}-{Number}");
}
