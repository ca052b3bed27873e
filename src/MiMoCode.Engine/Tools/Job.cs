using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json.Serialization;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Tools;

/// <summary>What the model may say when it calls <see cref="JobTool"/>.</summary>
internal sealed record JobArgs(
    [property: Description("list: all jobs; read: what a job wrote since the last read; wait: until it ends; kill: end it.")] JobAction Action,
    [property: Description("The job, as bash named it; not needed for list.")] string? Id = null,
    [property: Description("For wait: at most this long, in milliseconds; 60000 when left out.")] int? Timeout = null);

/// <summary>What to do with a job.</summary>
internal enum JobAction
{
    [JsonStringEnumMemberName("list")] List,
    [JsonStringEnumMemberName("read")] Read,
    [JsonStringEnumMemberName("wait")] Wait,
    [JsonStringEnumMemberName("kill")] Kill,
}

/// <summary>Looks after commands that run in the background. The model reads job.md.</summary>
internal sealed class JobTool(JobTable jobs, TimeProvider clock) : Tool<JobArgs>("job", ToolJson.Default.JobArgs)
{
    private const int DefaultWait = 60_000, LongestWait = 1_800_000;

    protected override ValueTask<ToolPlan> PlanAsync(JobArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        var owner = context.Session.Id;
        var job = args.Action is JobAction.List ? null : FindJob(args.Id, owner);
        var access = new Access("job", job?.Command ?? "*", job?.Command ?? "*");
        return new(new ToolPlan([access], stopping => RunAsync(args, owner, job, stopping), Exclusive: args.Action is JobAction.Kill));
    }

    private async Task<ToolResult> RunAsync(JobArgs args, string owner, Job? job, CancellationToken cancellationToken)
    {
        if (job is null)
            return ListOf(owner);
        if (args.Action is JobAction.Kill)
            await jobs.KillAsync(job);
        if (args.Action is JobAction.Wait)
            await WaitAsync(job, TimeSpan.FromMilliseconds(Math.Clamp(args.Timeout ?? DefaultWait, 1, LongestWait)), cancellationToken);

        var output = job.ReadNew();
        return new ToolResult(
            $"{(output.Length == 0 ? "(nothing new)" : output.TrimEnd('\n'))}\n[{job.Id} {StateOf(job)}]", $"{job.Id} {StateOf(job)}",
            new CommandDetails(job.Command, output, job.End?.Code))
        {
            SpilledTo = job.Process.Output.File,
        };
    }

    private async Task WaitAsync(Job job, TimeSpan atMost, CancellationToken cancellationToken)
    {
        job.IsAwaited = true;
        try
        {
            await job.Process.Gone.WaitAsync(atMost, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The result says that it is still running.
        }
        finally
        {
            job.IsAwaited = !job.IsRunning;
        }
    }

    private Job FindJob(string? id, string owner) =>
        id is null
            ? throw new ToolException("id is missing. Use the action list to see the jobs.")
            : jobs.Find(id, owner) ?? throw new ToolException($"There is no job {id}. Use the action list to see the jobs.");

    private ToolResult ListOf(string owner)
    {
        var rows = jobs.List(owner).Select(job => ImmutableArray.Create(job.Id, StateOf(job), job.Command)).ToImmutableArray();
        var text = rows.IsEmpty ? "There are no jobs." : string.Join('\n', rows.Select(row => $"{row[0]}  {row[1]}  {row[2]}"));
        return new ToolResult(text, $"{rows.Length} jobs", new TableDetails(["job", "state", "command"], rows));
    }

    private static string StateOf(Job job) => (job.IsRunning, job.End) switch
    {
        (true, _) => "is running",
        (_, { Signal: { } signal }) => $"was ended by signal {signal}",
        (_, { Code: var code }) => $"ended with exit code {code}",
        _ => "ended",
    };
}
