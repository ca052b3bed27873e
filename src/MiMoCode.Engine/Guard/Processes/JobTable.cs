using System.Globalization;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>A command that runs beside the conversation, or did. Owner is the session that started it.</summary>
internal sealed class Job(string id, string owner, string command, RunningProcess process, DateTimeOffset started)
{
    private readonly Lock reading = new();
    private long read;

    public string Id => id;

    public string Owner => owner;

    public string Command => command;

    public RunningProcess Process => process;

    public DateTimeOffset Started => started;

    /// <summary>True while the command or anything it started lives.</summary>
    public bool IsRunning => !process.Gone.IsCompleted;

    /// <summary>How the command itself ended; null while it runs.</summary>
    public ProcessEnd? End { get; internal set; }

    /// <summary>Done when it has ended and its session has been told so, where that was due.</summary>
    public Task Told { get; internal set; } = Task.CompletedTask;

    /// <summary>Somebody waits for its end and will see it.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>What came since this was last asked.</summary>
    public string ReadNew()
    {
        lock (reading)
            return process.Output.TextFrom(read, out read);
    }
}

/// <summary>
/// The commands that run in the background of one project. OnEnded is called once when one ends by itself, and tells its
/// session. At most <see cref="MostRunning"/> run at a time; the newest ended ones are kept to be read.
/// </summary>
internal sealed class JobTable(ProcessRunner runner, Func<Job, Task> onEnded, TimeProvider clock)
{
    public const int MostRunning = 16;
    private const int MostKept = 64;
    private static readonly TimeSpan KillAfter = TimeSpan.FromSeconds(2);

    private readonly List<Job> jobs = [];
    private readonly HashSet<string> killed = [];
    private int last;
    private bool isClosed;

    /// <summary>Starts a command; null when too many are running already.</summary>
    public Job? Start(ProcessSpec spec, string owner, string command, OutputBounds bounds)
    {
        lock (jobs)
        {
            if (jobs.Count(job => job.IsRunning) >= MostRunning)
                return null;
        }

        return Adopt(runner.Start(spec, bounds), owner, command);
    }

    /// <summary>Takes in a command that was started elsewhere and left something running.</summary>
    public Job Adopt(RunningProcess process, string owner, string command)
    {
        var id = $"job_{Interlocked.Increment(ref last).ToString(CultureInfo.InvariantCulture)}";
        var job = new Job(id, owner, command, process, clock.GetUtcNow());
        job.Told = FollowAsync(job);
        lock (jobs)
        {
            jobs.Add(job);
            if (jobs.Count > MostKept && jobs.Find(old => !old.IsRunning) is { } oldest)
                jobs.Remove(oldest);
        }

        return job;
    }

    public Job? Find(string id, string owner)
    {
        lock (jobs)
            return jobs.Find(job => job.Id == id && job.Owner == owner);
    }

    public IReadOnlyList<Job> List(string owner)
    {
        lock (jobs)
            return jobs.FindAll(job => job.Owner == owner);
    }

    /// <summary>Ends a job and everything it started.</summary>
    public async Task KillAsync(Job job)
    {
        lock (jobs)
            killed.Add(job.Id);
        await job.Process.EndAllAsync(KillAfter);
    }

    /// <summary>Ends all jobs of the sessions that fit; true when there were any.</summary>
    public async Task<bool> KillAllAsync(Func<string, bool> owner)
    {
        List<Job> open;
        lock (jobs)
            open = jobs.FindAll(job => job.IsRunning && owner(job.Owner));
        await Task.WhenAll(open.Select(KillAsync));
        return open.Count > 0;
    }

    /// <summary>From here on no end is told any more: everything is about to be ended.</summary>
    public void Close()
    {
        lock (jobs)
            isClosed = true;
    }

    /// <summary>
    /// Waits until the jobs of a session have ended and it knows of it, at most for the time given, then ends the rest. The jobs that
    /// had to be ended.
    /// </summary>
    public async Task<IReadOnlyList<Job>> DrainAsync(string owner, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var open = List(owner).Where(job => !job.Told.IsCompleted).ToList();
        try
        {
            await Task.WhenAll(open.Select(job => job.Told)).WaitAsync(atMost, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
        }

        var left = open.Where(job => job.IsRunning).ToList();
        await Task.WhenAll(left.Select(KillAsync));
        return left;
    }

    private async Task FollowAsync(Job job)
    {
        try
        {
            job.End = await job.Process.Ended;
        }
        catch (ProcessStartException error)
        {
            job.Process.Output.Add(System.Text.Encoding.UTF8.GetBytes(error.Message));
            job.End = new ProcessEnd(127, null, []);
        }

        await job.Process.Gone;
        bool wasKilled;
        lock (jobs)
            wasKilled = killed.Remove(job.Id) || isClosed || job.IsAwaited;
        if (!wasKilled)
            await onEnded(job);
    }
}
