using System.Collections.Concurrent;
using System.Text;
using MiMoCode.TestKit;

namespace MiMoCode.EndToEnd;

/// <summary>What each case of the fault suite saw, as a table in <c>artifacts/fault-suite.md</c>.</summary>
public sealed class FaultReport : IDisposable
{
    private readonly ConcurrentDictionary<string, string> _seen = new();

    internal void Add(FaultCase fault, string seen) => _seen[fault.Name] = seen;

    public void Dispose()
    {
        if (_seen.Count != FaultCases.All.Count) { return; }
        var text = new StringBuilder("""
            # The fault suite: what was seen

            Written by `./test FaultTests`: the built program against a scripted model server over loopback HTTP, one case after the other.

            | case | what goes wrong | expected | seen |
            |---|---|---|---|

            """);
        foreach (var fault in FaultCases.All) { text.Append($"| {fault.Number} | {fault.Name} | {fault.Expected} | {_seen[fault.Name]} |\n"); }
        Directory.CreateDirectory(Repository.Path("artifacts"));
        File.WriteAllText(Repository.Path("artifacts/fault-suite.md"), text.ToString());
    }
}

/// <summary>One thing that goes wrong, what the program is to do, and the run that shows it; returns in words what was seen.</summary>
internal sealed record FaultCase(string Number, string Name, string Expected, Func<Task<string>> RunAsync);
