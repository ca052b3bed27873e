using System.Collections.Immutable;
using System.Globalization;

namespace MiMoCode.Engine.Features.Loops;

/// <summary>Times by five fields in UTC: minute, hour, day, month, day of the week. Each is *, a number, a range, a list, or has a step.</summary>
internal sealed class CronTimes
{
    private const int MostMinutes = 366 * 24 * 60;
    private static readonly (int Least, int Most)[] Bounds = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
    private readonly ImmutableArray<ImmutableHashSet<int>> fields;
    private readonly bool anyDay, anyWeekday;

    private CronTimes(ImmutableArray<ImmutableHashSet<int>> fields, bool anyDay, bool anyWeekday) =>
        (this.fields, this.anyDay, this.anyWeekday) = (fields, anyDay, anyWeekday);

    /// <summary>Null when the text is no such expression.</summary>
    public static CronTimes? Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != Bounds.Length)
            return null;
        var fields = words.Select((word, at) => Field(word, Bounds[at].Least, Bounds[at].Most)).ToList();
        return fields.Contains(null) ? null : new CronTimes([.. fields.Select(field => field!)], words[2] is "*", words[4] is "*");
    }

    /// <summary>The first time after another; null when there is none within a year.</summary>
    public DateTimeOffset? After(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        var next = new DateTimeOffset(utc.Year, utc.Month, utc.Day, utc.Hour, utc.Minute, 0, TimeSpan.Zero);
        for (var minute = 0; minute < MostMinutes; minute++)
        {
            next = next.AddMinutes(1);
            if (Fits(next))
                return next;
        }

        return null;
    }

    private bool Fits(DateTimeOffset time)
    {
        if (!fields[0].Contains(time.Minute) || !fields[1].Contains(time.Hour) || !fields[3].Contains(time.Month))
            return false;
        var (day, weekday) = (fields[2].Contains(time.Day), fields[4].Contains((int)time.DayOfWeek) || (time.DayOfWeek is DayOfWeek.Sunday && fields[4].Contains(7)));

        // As everywhere: when both are limited, either is enough.
        return anyDay || anyWeekday ? day && weekday : day || weekday;
    }

    private static ImmutableHashSet<int>? Field(string word, int least, int most)
    {
        var values = ImmutableHashSet.CreateBuilder<int>();
        foreach (var item in word.Split(','))
        {
            if (!Add(item, least, most, values))
                return null;
        }

        return values.ToImmutable();
    }

    private static bool Add(string item, int least, int most, ImmutableHashSet<int>.Builder values)
    {
        var (range, step) = item.Split('/') switch
        {
            [var only] => (only, 1),
            [var each, var by] when Number(by) is > 0 and var number => (each, number),
            _ => ("", 0),
        };
        var (from, to) = range.Split('-') switch
        {
            ["*"] => (least, most),
            [var one] => (Number(one) ?? -1, item.Contains('/', StringComparison.Ordinal) ? most : Number(one) ?? -1),
            [var first, var last] => (Number(first) ?? -1, Number(last) ?? -1),
            _ => (-1, -1),
        };
        if (step is 0 || from < least || to > most || from > to)
            return false;
        for (var value = from; value <= to; value += step)
            values.Add(value);
        return true;
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
