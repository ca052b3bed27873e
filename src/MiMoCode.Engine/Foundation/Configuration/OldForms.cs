using System.Collections.Immutable;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>Rewrites keys that had another name or form once, so that old files keep working and the rest of the program knows one form.</summary>
internal sealed class OldForms(ICollection<Notice> notices)
{
    // These belong to the screen, which reads tui.json.
    private static readonly ImmutableArray<string> ScreenKeys = ["theme", "keybinds", "tui"];

    public ObjectNode Rewrite(ObjectNode tree)
    {
        foreach (var name in ScreenKeys)
        {
            if (tree[name] is { } node)
            {
                notices.Add(new(NoticeKind.Warning, node.Place, $"dropped: \"{name}\" belongs in tui.json"));
                tree = tree.Without(name);
            }
        }

        tree = Modes(Tools(tree)).Without("layout");
        if (tree["autoshare"] is LiteralNode share)
            tree = (share.Json == "true" && tree["share"] is null ? tree.With("share", new TextNode(share.Place, "auto")) : tree).Without("autoshare");
        if (tree["agent"] is ObjectNode agents)
        {
            tree = tree.With("agent", agents with
            {
                Members = [.. agents.Members.Select(agent => agent.Value is ObjectNode value ? agent with { Value = RewriteAgent(value) } : agent)],
            });
        }

        return tree;
    }

    /// <summary>The same for one agent.</summary>
    public static ObjectNode RewriteAgent(ObjectNode agent) => Steps(Tools(agent));

    // "mode": {"x": …} was an agent that people start.
    private static ObjectNode Modes(ObjectNode tree)
    {
        if (tree["mode"] is not ObjectNode modes)
            return tree;
        var agents = tree["agent"] as ObjectNode ?? new ObjectNode(modes.Place, []);
        foreach (var mode in modes.Members)
        {
            if (mode.Value is ObjectNode value)
            {
                var agent = value.With("mode", new TextNode(mode.Place, "primary"));
                agents = agents.With(mode.Name, agents[mode.Name] is ObjectNode present ? Layer.Merge(agent, present, top: false) : agent);
            }
        }

        return tree.Without("mode").With("agent", agents);
    }

    // "tools": {"bash": false} was a permission; explicit permissions are said later and win.
    private static ObjectNode Tools(ObjectNode tree)
    {
        if (tree["tools"] is not ObjectNode tools)
            return tree;
        var rules = new ObjectNode(tools.Place, []);
        foreach (var tool in tools.Members)
        {
            var name = tool.Name is "write" or "patch" or "multiedit" ? "edit" : tool.Name;
            rules = rules.With(name, new TextNode(tool.Place, tool.Value is LiteralNode { Json: "true" } ? "allow" : "deny"));
        }

        return tree["permission"] switch
        {
            null => tree.Without("tools").With("permission", rules),
            ObjectNode permission => tree.Without("tools").With("permission", Layer.Merge(rules, permission, top: false)),
            _ => tree.Without("tools"),
        };
    }

    private static ObjectNode Steps(ObjectNode agent) =>
        agent["maxSteps"] is not { } steps ? agent
        : agent["steps"] is null ? agent.Without("maxSteps").With("steps", steps)
        : agent.Without("maxSteps");
}
