using System.Globalization;
using MiMoCode.Engine.Foundation;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Jobs;

/// <summary>Tells the agent that a command which it left in the background has ended, and wakes it if it is idle.</summary>
internal sealed class JobNews(SessionStore store, Inbox inbox, BackgroundTasks background, Func<SessionLoops> loops, TimeProvider clock)
{
    private const int OutputShown = 2_000;

    /// <summary>Ends when the message waits in the session's inbox, or could not be put there.</summary>
    public Task PublishAsync(Job job)
    {
        var name = $"end of {job.Owner} {job.Id}";
        background.TryStart(name, stopping => TellAsync(job, stopping));
        return background.Find(name);
    }

    private async Task TellAsync(Job job, CancellationToken cancellationToken)
    {
        if (store.Find(job.Owner) is null || PromptOf(job.Owner) is not { } prompt)
            return;
        var message = UserMessages.Create(job.Owner, prompt.Agent, prompt.Model, TextOf(job), synthetic: true, clock);
        await inbox.EnqueueAsync(job.Owner, message, Delivery.NextStep, cancellationToken);
        await loops().StartAsync(job.Owner, CancellationToken.None);
    }

    private static string TextOf(Job job)
    {
        var end = job.End is { Signal: { } signal }
            ? string.Create(CultureInfo.InvariantCulture, $"was ended by signal {signal}")
            : string.Create(CultureInfo.InvariantCulture, $"ended with exit code {job.End?.Code}");
        var output = job.Process.Output.Tail(OutputShown);
        return $"The background command {job.Id} ({job.Command}) {end}. {(output.Length == 0 ? "It wrote nothing." : $"The end of its output:\n{output}")}";
    }

    private UserMessage? PromptOf(string sessionId) =>
        store.Page(sessionId, 50, null).Messages.Select(entry => entry.Info).OfType<UserMessage>().LastOrDefault();
}
