using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Engine.Features.Subagents;

/// <summary>How everyone works here: the beginning of every head. Agents with a head of their own bring their part along.</summary>
internal sealed class AgentHeadSource(AgentCatalogue agents, AgentPrompt prompt) : IContextSource
{
    private const int TokenCap = 6_000;

    public Place Place => Place.Head;

    /// <summary>
    /// The kind of head an agent needs. The built-in agents that people talk to share one, so that switching between them keeps the
    /// cached prefix.
    /// </summary>
    public static string KeyOf(AgentDefinition agent) => SharesHead(agent) ? "main" : agent.Name;

    public ValueTask ContributeAsync(RequestBuilder request, Session session, CancellationToken cancellationToken)
    {
        var agent = agents.Get(session.Turn.Agent);
        request.Add("agent", SharesHead(agent) ? prompt.Shared() : prompt.Of(agent), TokenCap);
        return ValueTask.CompletedTask;
    }

    internal static bool SharesHead(AgentDefinition agent) => agent is { BuiltIn: true, Mode: AgentMode.Primary, Hidden: false };
}

/// <summary>Tells an agent that shares its head with others which one it is; it is told again only after a switch.</summary>
internal sealed class AgentReminderSource(AgentCatalogue agents) : IContextSource
{
    private const int TokenCap = 1_500;

    public Place Place => Place.Reminder;

    public ValueTask ContributeAsync(RequestBuilder request, Session session, CancellationToken cancellationToken)
    {
        if (agents.Known(session.Turn.Agent) is { } agent && AgentHeadSource.SharesHead(agent))
            request.Add("agent", agent.Prompt, TokenCap);
        return ValueTask.CompletedTask;
    }
}
