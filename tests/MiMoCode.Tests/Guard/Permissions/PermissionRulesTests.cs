using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Protocol.Sessions;
using static MiMoCode.Protocol.Sessions.PermissionAction;

namespace MiMoCode.Tests.Guard.Permissions;

public sealed class PermissionRulesTests
{
    private static readonly RuleLayer[] Tightening = [RuleLayer.Project, RuleLayer.Managed];

    [Fact]
    public void The_last_rule_that_matches_wins()
    {
        var rules = Rules(("bash", "*", Ask), ("bash", "git *", Allow), ("bash", "git push*", Deny));
        Assert.Equal(Ask, rules.Judge("bash", "ls"));
        Assert.Equal(Allow, rules.Judge("bash", "git status"));
        Assert.Equal(Deny, rules.Judge("bash", "git push origin"));
        Assert.Null(rules.Judge("edit", "a"));
        Assert.Equal(Allow, Rules(("bash", "git push*", Deny), ("bash", "*", Allow)).Judge("bash", "git push"));
    }

    [Fact]
    public void A_pattern_for_a_command_with_arguments_also_fits_it_without() =>
        Assert.Equal((Allow, null), (Rules(("bash", "ls *", Allow)).Judge("bash", "ls"), Rules(("bash", "ls *", Allow)).Judge("bash", "lsof")));

    [Fact]
    public void A_rule_names_several_tools_with_a_star() =>
        Assert.Equal(Deny, Rules(("mcp_*", "*", Deny)).Judge("mcp_github", "*"));

    [Fact]
    public void The_home_folder_and_links_in_patterns_are_followed()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        Directory.CreateDirectory($"{folder}/real");
        Directory.CreateSymbolicLink($"{folder}/link", $"{folder}/real");
        var rules = new PermissionRules([new("read", "~/x/*", Deny), new("read", $"{folder}/link/*", Deny)], "/home/me");
        Assert.Equal(Deny, rules.Judge("read", "/home/me/x/y"));
        Assert.Equal(Deny, rules.Judge("read", $"{folder}/real/secret"));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Deny_of_any_layer_holds()
    {
        foreach (var layer in Enum.GetValues<RuleLayer>())
        {
            var layers = new LayeredRules(
                [.. Enum.GetValues<RuleLayer>().Select(other => new RuleList(other, Some(other == layer ? Deny : Allow)))],
                [new("bash", "*", Allow)], "/h");
            Assert.Equal(Deny, layers.Judge("bash", "x").Action);
        }
    }

    [Fact]
    public void Later_layers_decide_between_allow_and_ask_but_project_and_managed_only_tighten()
    {
        Assert.Equal(Allow, Judge((RuleLayer.BuiltIn, Ask), (RuleLayer.User, Allow)));
        Assert.Equal(Ask, Judge((RuleLayer.User, Allow), (RuleLayer.Agent, Ask)));
        Assert.Equal(Ask, Judge((RuleLayer.User, Allow), (RuleLayer.Project, Ask)));
        Assert.All(Tightening, layer => Assert.Equal(Ask, Judge((RuleLayer.User, Ask), (layer, Allow))));
        Assert.Equal(Ask, Judge());
    }

    [Fact]
    public void A_grant_answers_an_ask_but_never_that_of_a_managed_rule_nor_a_forced_one()
    {
        PermissionRule[] grants = [new("*", "x", Allow)];
        Assert.Equal(Allow, new LayeredRules([new(RuleLayer.User, Some(Ask))], grants, "/h").Judge("bash", "x").Action);
        Assert.Equal(Ask, new LayeredRules([new(RuleLayer.User, Some(Ask))], grants, "/h").Judge("bash", "x y").Action);
        Assert.Equal(Ask, new LayeredRules([new(RuleLayer.Managed, Some(Ask))], grants, "/h").Judge("bash", "x").Action);
        Assert.All(PermissionNames.Forced, forced =>
            Assert.Equal(Ask, new LayeredRules([new(RuleLayer.User, Some(Allow))], grants, "/h").Judge(forced, "x").Action));
    }

    [Fact]
    public void Wildcards_mean_the_same_as_the_expressions_they_stand_for()
    {
        var random = new Random(7);
        string Some(string letters, int most) => string.Concat(Enumerable.Range(0, random.Next(most)).Select(_ => letters[random.Next(letters.Length)]));
        for (var i = 0; i < 50_000; i++)
        {
            var (pattern, text) = (Some("ab*? ", 8), Some("ab ", 8));
            var expression = "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$";
            if (pattern.EndsWith(" *", StringComparison.Ordinal))
                expression += "|^" + Regex.Escape(pattern[..^2]).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$";
            Assert.Equal(Regex.IsMatch(text, expression), Wildcard.Matches(pattern, text));
        }
    }

    [Fact]
    public void A_pattern_of_many_stars_takes_no_time() =>
        Assert.False(Wildcard.Matches(string.Concat(Enumerable.Repeat("a*", 2000)) + "b", new string('a', 20_000)));

    private static PermissionRules Rules(params (string Permission, string Pattern, PermissionAction Action)[] rules) =>
        new(rules.Select(rule => new PermissionRule(rule.Permission, rule.Pattern, rule.Action)), "/home/me");

    private static ImmutableArray<PermissionRule> Some(PermissionAction action) => [new("*", "*", action)];

    private static PermissionAction Judge(params (RuleLayer Layer, PermissionAction Action)[] layers) =>
        new LayeredRules([.. layers.Select(layer => new RuleList(layer.Layer, Some(layer.Action)))], [], "/h").Judge("bash", "x").Action;
}
