using MiMoCode.Engine.Guard.Processes;

namespace MiMoCode.Tests.Guard.Processes;

public sealed class JobTableTests : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly ProcessRunner runner = ProcessRunnerTests.Runner();
    private readonly TaskCompletionSource<Job> ended = new();
    private Task telling = Task.CompletedTask;
    private readonly JobTable jobs;

    public JobTableTests() => jobs = new JobTable(runner, TellAsync, TimeProvider.System);

    [Fact]
    public async Task A_job_is_read_in_pieces_and_its_end_is_told()
    {
        var job = Start("echo one; read -t 0.3 < <(sleep 1); echo two; exit 3");
        Assert.True(job.IsRunning);
        Assert.Same(job, await ended.Task.WaitAsync(Long));
        Assert.Equal(3, job.End!.Code);
        Assert.Equal("one\ntwo\n", job.ReadNew());
        Assert.Equal("", job.ReadNew());
        Assert.Equal([job], jobs.List("ses_1"));
        Assert.Null(jobs.Find(job.Id, "ses_other"));
    }

    [Fact]
    public async Task A_killed_job_leaves_nothing_and_is_not_told()
    {
        var job = Start("setsid sleep 1000 & trap '' TERM; echo up; while true; do sleep 1; done");
        await jobs.KillAsync(job);
        Assert.False(job.IsRunning);
        Assert.False(ended.Task.IsCompleted);
    }

    [Fact]
    public async Task At_the_end_jobs_get_a_bounded_time_and_the_rest_is_ended()
    {
        var (quick, endless) = (Start("true"), Start("sleep 1000"));
        var left = await jobs.DrainAsync("ses_1", TimeSpan.FromSeconds(3), CancellationToken.None);
        Assert.Equal([endless], left);
        Assert.False(quick.IsRunning || endless.IsRunning);
    }

    [Fact]
    public async Task Draining_waits_until_the_session_knows_of_the_end()
    {
        var told = new TaskCompletionSource();
        telling = told.Task;
        var job = Start("true");
        await ended.Task.WaitAsync(Long);
        var draining = jobs.DrainAsync("ses_1", Long, CancellationToken.None);
        Assert.False(job.IsRunning || draining.IsCompleted);
        told.SetResult();
        Assert.Empty(await draining.WaitAsync(Long));
    }

    [Fact]
    public async Task There_are_only_so_many_at_a_time()
    {
        for (var i = 0; i < JobTable.MostRunning; i++)
            Start("sleep 1000");
        Assert.Null(jobs.Start(ProcessRunnerTests.Bash("true"), "ses_1", "true", OutputBounds.Default));
        await Task.WhenAll(jobs.List("ses_1").Select(jobs.KillAsync));
    }

    public ValueTask DisposeAsync() => runner.DisposeAsync();

    private Task TellAsync(Job job)
    {
        ended.TrySetResult(job);
        return telling;
    }

    private Job Start(string script) => jobs.Start(ProcessRunnerTests.Bash(script), "ses_1", script, OutputBounds.Default)!;
}
