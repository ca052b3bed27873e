using System.Globalization;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Engine.Features.Budgets;

/// <summary>What a span of work has taken so far.</summary>
internal readonly record struct Spending(decimal Cost = 0, long Tokens = 0, int Steps = 0, TimeSpan Time = default)
{
    public static Spending operator +(Spending one, Spending other) =>
        new(one.Cost + other.Cost, one.Tokens + other.Tokens, one.Steps + other.Steps, one.Time + other.Time);

    /// <summary>How much of each limit is used; limits that are not set are left out.</summary>
    public IEnumerable<BudgetUse> Against(string span, BudgetLimits limits)
    {
        if (limits.Cost > 0)
            yield return new BudgetUse(span, "cost", (double)(Cost / limits.Cost), Words($"{Cost:0.00##} of {limits.Cost:0.00##} dollars"));
        if (limits.Tokens > 0)
            yield return new BudgetUse(span, "tokens", Tokens / (double)limits.Tokens, Words($"{Tokens:#,0} of {limits.Tokens:#,0} tokens"));
        if (limits.Steps > 0)
            yield return new BudgetUse(span, "steps", Steps / (double)limits.Steps, Words($"{Steps} of {limits.Steps} steps"));
        if (limits.Minutes > 0)
            yield return new BudgetUse(span, "minutes", Time.TotalMinutes / limits.Minutes, Words($"{Time.TotalMinutes:0.#} of {limits.Minutes:0.#} minutes"));
    }

    private static string Words(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How much of one limit is used; a share of 1 is all of it.</summary>
internal sealed record BudgetUse(string Span, string Measure, double Share, string Words)
{
    private const double WarnAt = 0.8;

    public bool IsUsedUp => Share >= 1;

    public bool IsNearlyUsedUp => Share is >= WarnAt and < 1;

    /// <summary>The setting that says the limit.</summary>
    public string Key => $"budget.{Span}.{Measure}";

    public string Warning => $"Of the budget of this {Span}, {Words} are used.";

    public string End => $"The budget of this {Span} is used up: {Words} ({Key}).";
}
