using System.Collections.Immutable;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>Who wrote a list of rules. Later ones decide over earlier ones, except that deny always holds.</summary>
internal enum RuleLayer
{
    BuiltIn,
    User,
    Agent,
    Session,

    /// <summary>The agents that led to this one: it may do nothing that one of them may not.</summary>
    Starter,

    /// <summary>Comes with the repository: it may only tighten.</summary>
    Project,

    /// <summary>Set by whoever runs the machine: it may only tighten, and grants do not change it.</summary>
    Managed,
}

/// <summary>What was decided, and by whom, for people and the model to read.</summary>
internal readonly record struct Ruling(PermissionAction Action, string Because);

/// <summary>All rules that hold for one agent in one session.</summary>
internal sealed class LayeredRules
{
    private readonly ImmutableArray<(RuleLayer Layer, PermissionRules Rules)> layers;
    private readonly PermissionRules grants;

    /// <summary>Grants are what a person answered "always" to in this project.</summary>
    public LayeredRules(IEnumerable<RuleList> lists, IEnumerable<PermissionRule> grants, string home)
    {
        layers = [.. lists.OrderBy(list => list.Layer).Select(list => (list.Layer, new PermissionRules(list.Rules, home)))];
        this.grants = new PermissionRules(grants, home);
    }

    /// <summary>Decides about doing this to a thing that goes by these names. What no rule speaks of is asked.</summary>
    public Ruling Judge(string permission, params ReadOnlySpan<string> names)
    {
        if (permission is PermissionNames.Catastrophe)
            return new Ruling(PermissionAction.Deny, "it would destroy the machine or its data");

        var (ruling, managed) = (new Ruling(PermissionAction.Ask, "no rule allows it"), false);
        foreach (var (layer, rules) in layers)
        {
            if (rules.Judge(permission, names) is not { } action)
                continue;
            if (action is PermissionAction.Deny)
                return new Ruling(action, $"a rule of {Describe(layer)} denies it");
            if (layer >= RuleLayer.Starter && action is PermissionAction.Allow)
                continue;
            ruling = new Ruling(action, $"a rule of {Describe(layer)} says {(action is PermissionAction.Allow ? "allow" : "ask")}");
            managed = layer is RuleLayer.Managed;
        }

        if (PermissionNames.Forced.Contains(permission))
            return new Ruling(PermissionAction.Ask, "a person decides about this each time");
        return ruling.Action is PermissionAction.Ask && !managed && grants.Judge(permission, names) is PermissionAction.Allow
            ? new Ruling(PermissionAction.Allow, "it was granted in this project")
            : ruling;
    }

    private static string Describe(RuleLayer layer) => layer switch
    {
        RuleLayer.BuiltIn => "the built-in list",
        RuleLayer.User => "your configuration",
        RuleLayer.Agent => "the agent",
        RuleLayer.Session => "this session",
        RuleLayer.Starter => "the agent that started this one",
        RuleLayer.Project => "the project",
        _ => "the managed configuration",
    };
}
