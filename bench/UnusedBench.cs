using System.Globalization;

namespace MiMoCode.Bench;

/// <summary>
/// What features that nobody uses cost a step: the program as it comes, and the same with everything switched off that can be. Short
/// runs in turns, the processor time from the second request to the last, the median of the differences in pairs, and how sure it
/// is. Ends with 0 when the cost is at most 1 %, with 1 when it is more, with 2 when it cannot be told yet.
/// <c>bench unused PROGRAM [PAIRS] [STEPS]</c>.
/// </summary>
internal static class UnusedBench
{
    private const int Steps = 200, Pairs = 40, Draws = 4_000;
    private const double Most = 0.01;

    // As it comes, nothing of this is used in so few steps on so large a window.
    private const string Lean = """
        "dream":{"auto":false},"distill":{"auto":false},"memory":{"disable_write":true},
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var pairs = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : Pairs;
        var steps = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : Steps;
        var (shares, costs, leans) = (new List<double>(), new List<double>(), new List<double>());
        await MeasureAsync(arguments[0], steps, isLean: false);
        for (var pair = 0; pair < pairs; pair++)
        {
            // Whatever drifts meets both the same way: the order changes with each pair.
            var leanFirst = pair % 2 is 1;
            var first = await MeasureAsync(arguments[0], steps, leanFirst);
            var second = await MeasureAsync(arguments[0], steps, !leanFirst);
            var (full, lean) = leanFirst ? (second, first) : (first, second);
            shares.Add((full - lean) / lean);
            costs.Add(full);
            leans.Add(lean);
            Console.Write('.');
        }

        var (low, high) = Interval(shares);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\n{pairs} pairs of {steps} steps, {Median(costs):0.000} ms cpu a step: unused features cost {Median(shares):+0.00 %;-0.00 %}, with 95 % between {low:+0.00 %;-0.00 %} and {high:+0.00 %;-0.00 %}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the quietest quarter of the runs: {(Quietest(costs) / Quietest(leans)) - 1:+0.00 %;-0.00 %}"));
        return high <= Most ? 0 : low > Most ? 1 : 2;
    }

    private static Task<double> MeasureAsync(string program, int steps, bool isLean) =>
        StepsBench.CpuOfStepAsync(program, steps, isLean ? Lean : "", isLean ? [("MIMOCODE_DISABLE_CHECKPOINT", "1")] : []);

    /// <summary>Between what the median lies when the pairs are drawn anew, in 95 of 100 cases.</summary>
    private static (double Low, double High) Interval(List<double> values)
    {
        var random = new Random(1);
        var medians = Enumerable.Range(0, Draws).Select(_ => Median([.. values.Select(_ => values[random.Next(values.Count)])])).Order().ToList();
        return (medians[Draws / 40], medians[Draws - 1 - (Draws / 40)]);
    }

    // A busy machine only ever adds, so the lowest are nearest to what the program itself needs.
    private static double Quietest(List<double> values) => values.Order().Take(Math.Max(1, values.Count / 4)).Average();

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
