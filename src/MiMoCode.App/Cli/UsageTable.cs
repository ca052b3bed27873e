using System.Globalization;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.App.Cli;

/// <summary>What was billed, as a table for people: one line for each group.</summary>
internal static class UsageTable
{
    public static string Of(string title, IEnumerable<UsageSum> sums)
    {
        var columns = new Columns(title, "Requests", "Input", "Output", "Reasoning", "Cache read", "Cache write", "Cost");
        foreach (var (group, requests, tokens, cost) in sums)
        {
            columns.Add(
                group, Columns.Short(requests), Columns.Short(tokens.Input), Columns.Short(tokens.Output), Columns.Short(tokens.Reasoning),
                Columns.Short(tokens.Cache.Read), Columns.Short(tokens.Cache.Write), string.Create(CultureInfo.InvariantCulture, $"${cost:0.0000}"));
        }

        return columns.ToString();
    }
}
