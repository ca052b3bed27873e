using System.Text;
using MiMoCode.TestKit;

namespace MiMoCode.EndToEnd;

/// <summary>One thing that could go wrong, what is to become of it, and the run that shows it; returns in words what was seen.</summary>
internal sealed record Case(string Number, string Name, string Expected, Func<Task<string>> RunAsync);

/// <summary>
/// Runs cases side by side, since most of them wait for something, and writes what each of them saw as a table into the folder
/// <c>artifacts</c>.
/// </summary>
public abstract class CaseSuite : IDisposable
{
    private readonly SemaphoreSlim _atOnce = new(3);
    private readonly Lazy<Dictionary<string, Task<string>>> _runs;
    private readonly IReadOnlyList<Case> _cases;
    private readonly string _file, _head;

    private protected CaseSuite(IReadOnlyList<Case> cases, string file, string head)
    {
        (_cases, _file, _head) = (cases, file, head);
        _runs = new(() => cases.ToDictionary(each => each.Name, RunAsync));
    }

    /// <summary>Ends when the case of this name has passed; throws what it threw. The first call begins all of them.</summary>
    public Task PassAsync(string name) => _runs.Value[name];

    /// <summary>Writes the table when all cases have ended.</summary>
    public void Dispose()
    {
        _atOnce.Dispose();
        if (!_runs.IsValueCreated || _runs.Value.Values.Any(run => !run.IsCompleted)) { return; }
        var text = new StringBuilder(_head);
        foreach (var each in _cases)
        {
            var run = _runs.Value[each.Name];
            text.Append($"| {each.Number} | {each.Name} | {each.Expected} | {(run.IsCompletedSuccessfully ? run.Result : "failed")} |\n");
        }

        Directory.CreateDirectory(Repository.Path("artifacts"));
        File.WriteAllText(Repository.Path($"artifacts/{_file}"), text.ToString());
    }

    private async Task<string> RunAsync(Case each)
    {
        await _atOnce.WaitAsync();
        try { return await each.RunAsync(); }
        finally { _atOnce.Release(); }
    }
}
