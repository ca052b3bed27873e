using System.Collections.Immutable;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>One list of rules, as one file or person wrote it: the last rule that matches wins.</summary>
internal sealed class PermissionRules
{
    private readonly ImmutableArray<PermissionRule> rules;

    /// <summary>Home stands for ~ and $HOME at the beginning of patterns.</summary>
    public PermissionRules(IEnumerable<PermissionRule> rules, string home) =>
        this.rules = [.. rules.SelectMany(rule => Expand(rule, home))];

    /// <summary>What the list says about doing this to a thing that has these names; null when no rule speaks of it.</summary>
    public PermissionAction? Judge(string permission, params ReadOnlySpan<string> names)
    {
        for (var i = rules.Length - 1; i >= 0; i--)
        {
            if (Covers(rules[i], permission) && MatchesAny(rules[i].Pattern, names))
                return rules[i].Action;
        }

        return null;
    }

    // A rule for every command line covers scripts too; one for some command lines does not.
    private static bool Covers(PermissionRule rule, string permission) =>
        Wildcard.Matches(rule.Permission, permission)
        || (permission is PermissionNames.Script or PermissionNames.Compound && rule is { Permission: PermissionNames.Bash, Pattern: "*" });

    private static bool MatchesAny(string pattern, ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Wildcard.Matches(pattern, name))
                return true;
        }

        return false;
    }

    /// <summary>A pattern that names a folder by way of a link also means the folder itself, because real paths are judged.</summary>
    private static IEnumerable<PermissionRule> Expand(PermissionRule rule, string home)
    {
        var pattern = rule.Pattern switch
        {
            "~" or "$HOME" => home,
            ['~', '/', .. var rest] => $"{home}/{rest}",
            ['$', 'H', 'O', 'M', 'E', '/', .. var rest] => $"{home}/{rest}",
            var other => other,
        };
        yield return rule with { Pattern = pattern };

        if (!Path.IsPathRooted(pattern))
            yield break;
        var literal = pattern.AsSpan(0, pattern.IndexOfAny(['*', '?']) is >= 0 and var special ? special : pattern.Length);
        var folder = literal[..literal.LastIndexOf('/')].ToString();
        var real = folder is "" ? "" : RealPath.Of(folder);
        if (real != folder)
            yield return rule with { Pattern = real + pattern[folder.Length..] };
    }
}
