using System.Collections.Immutable;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>
/// What holds when nobody wrote a rule: work inside the project goes on without questions; secrets, what lies outside, and what
/// cannot be understood are asked about.
/// </summary>
internal static class BuiltInRules
{
    public static ImmutableArray<PermissionRule> All { get; } =
    [
        new("*", "*", PermissionAction.Allow),
        new("doom_loop", "*", PermissionAction.Ask),
        new(PermissionNames.Outside, "*", PermissionAction.Ask),
        new(PermissionNames.Script, "*", PermissionAction.Ask),
        new("webfetch", "private:*", PermissionAction.Ask),
        .. new[] { PermissionNames.Read, PermissionNames.Edit, "grep", "glob", "list" }.SelectMany(Secrets),
    ];

    /// <summary>The rules under which nothing can be changed: those of the plan agent.</summary>
    public static ImmutableArray<PermissionRule> ReadOnly { get; } =
    [
        new(PermissionNames.Edit, "*", PermissionAction.Deny),
        new(PermissionNames.Changes, "*", PermissionAction.Deny),
        new(PermissionNames.Script, "*", PermissionAction.Deny),
    ];

    private static IEnumerable<PermissionRule> Secrets(string permission) =>
    [
        new(permission, "*.env", PermissionAction.Ask),
        new(permission, "*.env.*", PermissionAction.Ask),
        new(permission, "*.env.example", PermissionAction.Allow),
        new(permission, "*.env.sample", PermissionAction.Allow),
        new(permission, "*.env.template", PermissionAction.Allow),
    ];
}
