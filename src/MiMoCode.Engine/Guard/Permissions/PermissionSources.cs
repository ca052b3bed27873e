using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>A list of rules and who wrote it.</summary>
internal sealed record RuleList(RuleLayer Layer, ImmutableArray<PermissionRule> Rules);

/// <summary>
/// Where the rules of a project come from: lists that are the same for all sessions, and those of each agent by its name.
/// </summary>
internal sealed record PermissionSources(
    ImmutableArray<RuleList> Lists, Func<string, ImmutableArray<RuleList>> AgentLists, string Home)
{
    /// <summary>All rules for an agent; the starters are those that led to it. The built-in list is always below.</summary>
    public LayeredRules For(
        string agent, ImmutableArray<PermissionRule> session, IEnumerable<PermissionRule> grants, params ImmutableArray<string> starters) => new(
        [
            new(RuleLayer.BuiltIn, BuiltInRules.All),
            .. Lists,
            .. AgentLists(agent),
            new(RuleLayer.Session, session),
            .. starters.SelectMany(starter => AgentLists(starter)).Select(list => list.Layer is RuleLayer.Agent ? list with { Layer = RuleLayer.Starter } : list),
        ],
        grants, Home);
}

/// <summary>
/// What people answered "always" to in a project, wherever it is kept. Adding returns when the grant survives a power loss; it
/// takes the session and the tool call that asked.
/// </summary>
internal sealed record Grants(
    Func<CancellationToken, ValueTask<ImmutableArray<PermissionRule>>> ListAsync,
    Func<PermissionRule, string, string?, CancellationToken, ValueTask> AddAsync)
{
    /// <summary>Those that the database keeps for a project.</summary>
    public static Grants Of(GrantStore store, string projectId) => new(
        _ => new([.. store.Standing(projectId).Select(grant => grant.Rule)]),
        (rule, session, call, cancellationToken) => new(store.AddAsync(projectId, [rule], session, call, cancellationToken)));
}
