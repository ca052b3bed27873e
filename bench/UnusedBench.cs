using System.Globalization;

namespace MiMoCode.Bench;

/// <summary>
/// What features that nobody uses cost a step: the program as it comes, and the same with everything switched off that can be, in
/// turns. <c>bench unused PROGRAM [ROUNDS]</c>.
/// </summary>
internal static class UnusedBench
{
    private const int Steps = 300, Rounds = 6;

    // As it comes, nothing of this is used in so few steps on so large a window.
    private const string Lean = """
        "dream":{"auto":false},"distill":{"auto":false},"memory":{"disable_write":true},
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : Rounds;
        var (plain, lean) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            plain.Add(await StepsBench.CpuOfStepAsync(arguments[0], Steps, ""));
            lean.Add(await StepsBench.CpuOfStepAsync(arguments[0], Steps, Lean, ("MIMOCODE_DISABLE_CHECKPOINT", "1")));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}: as it comes {plain[^1]:0.000} ms cpu a step, switched off {lean[^1]:0.000}"));
        }

        var (with, without) = (Median(plain), Median(lean));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median {with:0.000} and {without:0.000} ms: {(with - without) / without:+0.0 %;-0.0 %}"));
        return 0;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
