using System.Globalization;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.App.Cli;

/// <summary>The budgets that are set, for people: one line for each span of work that has one.</summary>
internal static class BudgetLines
{
    public static IEnumerable<string> Of(BudgetConfig config)
    {
        foreach (var (span, limits) in ((string, BudgetLimits)[])[("step", config.Step), ("turn", config.Turn), ("session", config.Session), ("goal", config.Goal)])
        {
            if (limits != new BudgetLimits())
                yield return $"Budget of a {span}: {string.Join(", ", Words(limits))}";
        }
    }

    private static IEnumerable<string> Words(BudgetLimits limits)
    {
        if (limits.Cost > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{limits.Cost:0.00##} dollars");
        if (limits.Tokens > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{limits.Tokens:#,0} tokens");
        if (limits.Steps > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{limits.Steps} steps");
        if (limits.Minutes > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{limits.Minutes:0.#} minutes");
    }
}
