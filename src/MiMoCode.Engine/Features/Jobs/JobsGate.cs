using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Events;

namespace MiMoCode.Engine.Features.Jobs;

/// <summary>
/// Where nobody stays after the turn, commands in the background get a while to end by themselves; then they are ended, and that is said.
/// </summary>
internal sealed class JobsGate(JobTable jobs, TimeSpan patience, Action<Event> tell) : IStepGate
{
    public async ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken)
    {
        if (!step.ModelIsDone || jobs.List(step.Session.Id).All(job => job.Told.IsCompleted))
            return Pass.Instance;
        var ended = await jobs.DrainAsync(step.Session.Id, patience, cancellationToken);
        if (ended.Count > 0)
        {
            var which = string.Join(", ", ended.Select(job => $"{job.Id} ({job.Command})"));
            tell(new SessionWarning($"Ended after {patience.TotalSeconds:0} seconds, because nobody stays to use it: {which}.") { SessionId = step.Session.Id });
        }

        return Pass.Instance;
    }
}
