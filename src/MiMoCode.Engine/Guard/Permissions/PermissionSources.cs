using System.Collections.Immutable;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>
/// Where the rules of a project come from: lists that are the same for all sessions, and the rules of each agent by its name.
/// </summary>
internal sealed record PermissionSources(
    ImmutableArray<(RuleLayer Layer, ImmutableArray<PermissionRule> Rules)> Lists,
    Func<string, ImmutableArray<PermissionRule>> AgentRules,
    string Home)
{
    /// <summary>All rules for an agent. The built-in list is always below.</summary>
    public PermissionLayers For(string agent, ImmutableArray<PermissionRule> session, IEnumerable<PermissionRule> grants) =>
        new(
            [(RuleLayer.BuiltIn, BuiltInRules.All), .. Lists, (RuleLayer.Agent, AgentRules(agent)), (RuleLayer.Session, session)],
            grants,
            Home);
}

/// <summary>
/// What people answered "always" to in a project, wherever it is kept. Adding returns when the grant survives a power loss; it
/// takes the session and the tool call that asked.
/// </summary>
internal sealed record Grants(
    Func<CancellationToken, ValueTask<ImmutableArray<PermissionRule>>> ListAsync,
    Func<PermissionRule, string, string?, CancellationToken, ValueTask> AddAsync);
