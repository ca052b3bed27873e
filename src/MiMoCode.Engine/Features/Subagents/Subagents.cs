using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Subagents;

/// <summary>Work that runs beside a session, in a session of its own.</summary>
internal sealed class Subagents(AgentCatalogue agents, SessionStore store, SessionLog log, TimeProvider clock)
{
    /// <summary>What a hidden agent is told, which files of the user may change.</summary>
    /// <exception cref="UserException">The agent is switched off.</exception>
    public string InstructionsOf(string agent) => agents.Get(agent).Prompt;

    /// <summary>
    /// Asks a session's model one question more, in a hidden session. The request is the session's own with one message added, so
    /// that all before it comes from the provider's cache. Calls in the reply are not run. Never throws for what the model did.
    /// </summary>
    public async Task<HiddenReply> AskAsync(HiddenQuestion question, CancellationToken cancellationToken)
    {
        var parent = question.Parent;
        var now = clock.GetUtcNow();
        var info = parent.Info with
        {
            Id = Ids.Session(clock),
            ParentId = parent.Id,
            Title = question.Title,
            Agent = question.Agent,
            Cost = 0,
            Tokens = null,
            Time = new SessionTime(now, now),
        };
        await store.CreateAsync(info, SessionKind.System);
        var hidden = new Session(info, parent.RootId, parent.Worktree)
        {
            Turn = parent.Turn with { Agent = question.Agent, Purpose = question.Purpose },
        };
        var asked = UserMessages.Synthetic(hidden, question.Text, clock);
        await log.StoreMessageAsync(hidden, asked);

        var request = question.Prefix with
        {
            Messages = question.Prefix.Messages.Add(asked),
            Purpose = question.Purpose,
            MaxOutput = question.MaxOutput,
        };
        var finished = await ReplyWriter.TakeDownAsync(
            hidden, stop => hidden.Turn.Provider.StreamAsync(request, stop), log, clock, cancellationToken);
        var text = string.Concat(hidden.History[^1].Parts.OfType<TextPart>().Select(part => part.Text));
        return new HiddenReply(finished.Reason, text, finished.Failure?.Message);
    }
}

/// <summary>A question to the model of a session. Prefix is what the session's own next request would begin with.</summary>
internal sealed record HiddenQuestion(
    Session Parent, ModelRequest Prefix, string Text, Purpose Purpose, string Agent, string Title, int? MaxOutput = null);

/// <summary>What came back; the text may be empty.</summary>
internal sealed record HiddenReply(StopReason Reason, string Text, string? Failure);
