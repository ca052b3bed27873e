using System.Collections.Concurrent;
using System.Text;
using MiMoCode.TestKit;

namespace MiMoCode.EndToEnd.Harm;

/// <summary>What the agent may never do to a person's files, commands and machine, one by one, seen from outside.</summary>
public sealed class HarmTests(HarmReport report) : IClassFixture<HarmReport>
{
    public static TheoryData<string> Names => [.. HarmCases.All.Select(each => each.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Does_no_harm(string name)
    {
        var harm = HarmCases.All.Single(each => each.Name == name);
        report.Add(harm, "failed");
        report.Add(harm, await harm.RunAsync());
    }
}

/// <summary>One thing that could do harm, what is to become of it, and the run that shows it; returns in words what was seen.</summary>
internal sealed record HarmCase(string Number, string Name, string Expected, Func<Task<string>> RunAsync);

/// <summary>What each case saw, as a table in <c>artifacts/harm-suite.md</c>.</summary>
public sealed class HarmReport : IDisposable
{
    private readonly ConcurrentDictionary<string, string> _seen = new();

    internal void Add(HarmCase harm, string seen) => _seen[harm.Name] = seen;

    public void Dispose()
    {
        if (_seen.Count != HarmCases.All.Count) { return; }
        var text = new StringBuilder("""
            # Hands that do no harm: what was seen

            Written by `./test HarmTests`: the built program in real repositories against a scripted model that does what it should not.

            | case | what is tried | expected | seen |
            |---|---|---|---|

            """);
        foreach (var harm in HarmCases.All) { text.Append($"| {harm.Number} | {harm.Name} | {harm.Expected} | {_seen[harm.Name]} |\n"); }
        Directory.CreateDirectory(Repository.Path("artifacts"));
        File.WriteAllText(Repository.Path("artifacts/harm-suite.md"), text.ToString());
    }
}
