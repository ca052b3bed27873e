using System.Globalization;

namespace MiMoCode.App.Tui.Looks;

/// <summary>Numbers as people read them at a glance.</summary>
internal static class Numbers
{
    /// <summary>1.2K, 33.0K, 1.0M.</summary>
    public static string Short(long number) => number switch
    {
        < 1000 => number.ToString(CultureInfo.InvariantCulture),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{number / 1000.0:0.0}K"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{number / 1_000_000.0:0.0}M"),
    };

    /// <summary>Dollars, with as many digits as tell something.</summary>
    public static string Dollars(decimal amount) => amount switch
    {
        0 => "$0.00",
        < 0.01m => string.Create(CultureInfo.InvariantCulture, $"${amount:0.0000}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"${amount:0.00}"),
    };
}
