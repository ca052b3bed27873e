using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Subagents;

/// <summary>Puts the rules of the settings and of the agents into their layers.</summary>
internal static class AgentPermissions
{
    public static PermissionSources Sources(LoadedConfig loaded, AgentCatalogue agents, Folders folders) => new(
        [
            // What was too long for the conversation lies there, to be read; and what is remembered, which a gate of its own guards.
            new(RuleLayer.BuiltIn,
            [
                new(PermissionNames.Outside, $"{folders.ToolOutput}/*", PermissionAction.Allow),
                new(PermissionNames.Outside, $"{folders.Memory}/*", PermissionAction.Allow),
            ]),
            new(RuleLayer.User, loaded.Permissions.User.Rules),
            new(RuleLayer.Project, loaded.Permissions.Project.Rules),
            new(RuleLayer.Managed, loaded.Permissions.Managed.Rules),
        ],
        name => ListsOf(agents.Known(name)),
        folders.Home);

    private static ImmutableArray<RuleList> ListsOf(AgentDefinition? agent) => agent is null
        ? []
        :
        [
            new(RuleLayer.Agent, agent.Permission.Rules),
            new(RuleLayer.Project, agent.Limits.Rules),

            // A list of its own: no other rule of the agent can take it back.
            .. agent.ReadOnly ? [new RuleList(RuleLayer.Agent, BuiltInRules.ReadOnly)] : Array.Empty<RuleList>(),
        ];
}
