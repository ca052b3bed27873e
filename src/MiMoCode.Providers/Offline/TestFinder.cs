using MiMoCode.Providers.Offline.Projects;
using MiMoCode.Providers.Offline.Ranking;

namespace MiMoCode.Providers.Offline;

/// <summary>Finds the command that runs the tests, and runs it.</summary>
internal sealed class TestFinder(Conversation talk)
{
    private const int MostCommands = 4;
    private const int TimeoutAfterHang = 20_000;

    public ProjectFiles Files { get; private set; } = new([]);

    /// <summary>The command; null when there is none that runs here.</summary>
    public TestCommand? Command { get; private set; }

    /// <summary>What the tests said before anything was changed.</summary>
    public TestRun Run { get; private set; } = TestRun.None;

    /// <summary>The line for tries: the command's own, or a shorter way to run just the same.</summary>
    public string TryLine { get; private set; } = "";

    /// <summary>How long one run may take, in milliseconds.</summary>
    public int Timeout { get; private set; } = 120_000;

    public IEnumerable<Move> Moves()
    {
        var glob = Act.Glob("**/*");
        yield return glob;
        Files = ProjectFiles.Read(glob.Outcome.Output, talk.Folder);
        var manifests = new Dictionary<string, string>();
        foreach (var path in TestCommands.Manifests(Files))
        {
            var read = Act.Read(path);
            yield return read;
            manifests[path] = NumberedLines.Join(NumberedLines.Read(read.Outcome.Output));
        }

        foreach (var candidate in TestCommands.Find(Files, manifests, talk.Prompt).Take(MostCommands))
        {
            yield return new Say($"Running the tests with `{candidate.Line}` ({candidate.Reason}).");
            var test = Act.Bash(candidate.Line, "Run the tests", Timeout);
            yield return test;
            Run = TestRun.Of(test.Outcome);
            // A repair that never ends is common, so patience is short; but a busy machine may be slower in a moment.
            Timeout = Run.Exit is null ? TimeoutAfterHang : (int)Math.Clamp(test.Outcome.Took.TotalMilliseconds * 5, 5_000, 300_000);
            if (!Run.Ran(test.Outcome))
                continue;
            (Command, TryLine) = (candidate, candidate.Line);
            break;
        }

        if (Command?.Direct is not { } direct || Run.Passes || Run.Exit is null)
            yield break;
        var shorter = Act.Bash(direct, "See whether a shorter command says the same", Timeout);
        yield return shorter;
        if (TestRun.Of(shorter.Outcome).SaysTheSameAs(Run))
            (TryLine, Run) = (direct, TestRun.Of(shorter.Outcome));
    }
}
