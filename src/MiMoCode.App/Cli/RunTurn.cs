using System.Runtime.InteropServices;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Cli;

/// <summary>One turn: shows what happens, ends with it, and stops it cleanly on a signal.</summary>
internal sealed class RunTurn(IMimoClient client, string sessionId, IRunPrinter printer, TextWriter output, TextWriter error)
{
    public async Task<int> RunAsync(Func<CancellationToken, Task<PromptAccepted>> sendAsync, CancellationToken cancellationToken)
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var signal = 0;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, 2));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, 15));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Stop(context, 1));

        using var shown = new CancellationTokenSource();
        var showing = ShowAsync(client.EventsAsync(shown.Token));
        try
        {
            var accepted = await sendAsync(stopped.Token);
            if (accepted.Said is { } said)
            {
                await output.WriteLineAsync(said);
                return ExitCodes.Done;
            }

            var end = await client.Talk.WaitAsync(sessionId, accepted.MessageId, stopped.Token);

            // A session that another process drives is not heard here; its answer is in the history.
            if (accepted.Busy)
                await ShowReplyAsync(end.Reply);
            else
                await showing.WaitAsync(CancellationToken.None);
            return await EndAsync(end);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            await client.Talk.AbortAsync(sessionId, CancellationToken.None);
            await shown.CancelAsync();
            await showing;
            await error.WriteLineAsync($"mimo: stopped; mimo run -s {sessionId} goes on with it");
            return signal is 0 ? ExitCodes.Failed : 128 + signal;
        }
        finally
        {
            await shown.CancelAsync();
            await showing;
        }

        void Stop(PosixSignalContext context, int number)
        {
            // Whoever asks twice does not want to wait for a clean end; what was told is stored.
            context.Cancel = signal is 0;
            signal = number;
            stopped.Cancel();
        }
    }

    /// <summary>Shows what happens until the session is idle: that is told after everything else.</summary>
    private async Task ShowAsync(IAsyncEnumerable<NumberedEvent> events)
    {
        try
        {
            await foreach (var happened in events)
            {
                await printer.ShowAsync(happened.Event);
                if (happened.Event is SessionIdle idle && idle.SessionId == sessionId)
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            // The turn was stopped.
        }
    }

    private async Task ShowReplyAsync(MessageWithParts? reply)
    {
        if (reply is not null)
            await printer.ShowAsync(new MessageUpdated(reply.Info) { SessionId = sessionId });
        foreach (var part in reply?.Parts ?? [])
            await printer.ShowAsync(new PartUpdated(part, reply!.Info.Time.Created) { SessionId = sessionId });
    }

    private async Task<int> EndAsync(TurnEnd end)
    {
        if (end.Reason is not StopReason.Done && end.Text is { } text)
            await error.WriteLineAsync($"mimo: {text}");
        return end.Reason switch
        {
            StopReason.Done => ExitCodes.Done,
            StopReason.Budget => ExitCodes.Budget,
            StopReason.NeedsPerson => ExitCodes.NeedsPerson,
            _ => ExitCodes.Failed,
        };
    }
}
