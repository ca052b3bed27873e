using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>
/// Reads all layers and folds them: the user's global file, MIMOCODE_CONFIG, the project's files from the root of the work tree
/// down, .mimocode folders, MIMOCODE_CONFIG_DIR, MIMOCODE_CONFIG_CONTENT, the managed file, flags. Bad input never throws: it
/// becomes notices.
/// </summary>
internal sealed class ConfigLoader(EnvironmentVariables environment, Folders folders, ProjectFolders project)
{
    private static readonly ImmutableArray<string> Names = ["mimocode.json", "mimocode.jsonc"];
    private readonly List<Notice> notices = [];

    /// <summary>The settings that hold in the project; flags are dotted keys with JSON values.</summary>
    public static LoadedConfig Load(
        EnvironmentVariables environment, Folders folders, ProjectFolders project, params ImmutableArray<(string Key, string Json)> flags) =>
        new ConfigLoader(environment, folders, project).Load(flags);

    private LoadedConfig Load(ImmutableArray<(string Key, string Json)> flags)
    {
        var layers = ImmutableArray.CreateBuilder<Layer>();
        foreach (var (kind, path) in Files())
        {
            if (ConfigFile.Read(path, notices) is { } text)
                Add(kind, path, text, Path.GetDirectoryName(path)!);
            else if (kind is LayerKind.ConfigFile && !Path.Exists(path))
                notices.Add(new(NoticeKind.Unreadable, new(path, 0, 0), "MIMOCODE_CONFIG names this file, but it does not exist"));
        }

        if (environment.ConfigContent is var (name, json))
            Add(LayerKind.Environment, name, json, project.Folder);
        if (environment.Permission is { } permission)
            Add(LayerKind.Environment, "MIMOCODE_PERMISSION", $$"""{"permission": {{permission}}}""", project.Folder);
        foreach (var managed in Names.Prepend("config.json").Select(file => Path.Combine(folders.Managed, file)))
        {
            if (ConfigFile.Read(managed, notices) is { } text)
                Add(LayerKind.Managed, managed, text, folders.Managed);
        }

        foreach (var (key, value) in flags)
            Add(LayerKind.Flags, $"flag for {key}", Nested(key, value), project.Folder);
        return Fold(layers.ToImmutable());

        void Add(LayerKind kind, string source, string text, string folder)
        {
            if (Parse(kind, source, text, folder) is { } layer)
                layers.Add(layer);
        }
    }

    /// <summary>The files that settings may stand in, whether they exist or not, in the order in which later ones win.</summary>
    public IEnumerable<SettingsFile> Files()
    {
        foreach (var name in Names.Prepend("config.json"))
            yield return new(LayerKind.Global, Path.Combine(folders.Config, name));
        foreach (var name in Names)
            yield return new(LayerKind.Global, Path.Combine(folders.Home, ".mimocode", name));
        if (environment.ConfigFile is { } file)
            yield return new(LayerKind.ConfigFile, Path.GetFullPath(file, project.Folder));
        if (!environment.DisableProjectConfig)
        {
            foreach (var path in project.Downwards.SelectMany(folder => Names.Select(name => Path.Combine(folder, name))))
                yield return new(LayerKind.Project, path);
            foreach (var path in project.Downwards.Where(folder => folder != folders.Home)
                .SelectMany(folder => Names.Select(name => Path.Combine(folder, ".mimocode", name))))
                yield return new(LayerKind.ProjectFolder, path);
        }

        if (folders.Extra is { } extra)
        {
            foreach (var name in Names)
                yield return new(LayerKind.ConfigFolder, Path.Combine(extra, name));
        }
    }

    private Layer? Parse(LayerKind kind, string source, string text, string folder)
    {
        try
        {
            var layer = new Layer(kind, source, new JsoncParser(text, source, notices).ParseObject());
            var filled = new Substitution(environment, folders, project, notices).Fill(layer.Tree, folder, layer.FromProject);
            return layer with { Tree = new ConfigCheck(layer.FromProject, notices).Check(new OldForms(notices).Rewrite(filled)) };
        }
        catch (JsoncException error)
        {
            notices.Add(new(NoticeKind.Unreadable, error.Place, $"this is not JSON, so the whole file is left out: {error.Reason}"));
            return null;
        }
    }

    private static string Nested(string key, string json) =>
        Enumerable.Reverse(key.Split('.')).Aggregate(json, (inner, name) => $"{{\"{JsonEncodedText.Encode(name)}\": {inner}}}");

    private LoadedConfig Fold(ImmutableArray<Layer> layers)
    {
        var permissions = PermissionsOf(layers);
        var tree = ObjectNode.Empty;
        var own = new OwnAddresses(layers);
        foreach (var layer in layers)
            tree = Layer.Merge(tree, layer.FromProject ? own.Guard(WithoutPermissions(layer.Tree), notices) : layer.Tree);
        var config = tree.Members.IsEmpty
            ? new Config()
            : JsonSerializer.Deserialize(tree.ToJson(), ConfigJson.Default.Config)!;
        config.Permission = permissions.User;
        return new(config, permissions, layers, tree, [.. notices]);
    }

    private static PermissionLayers PermissionsOf(ImmutableArray<Layer> layers)
    {
        var agents = ImmutableDictionary<string, PermissionConfig>.Empty;
        foreach (var layer in layers.Where(layer => layer.FromProject))
        {
            foreach (var agent in (layer.Tree["agent"] as ObjectNode)?.Members ?? [])
            {
                if (Rules(agent.Value) is { Rules.IsEmpty: false } rules)
                    agents = agents.SetItem(agent.Name, agents.GetValueOrDefault(agent.Name, PermissionConfig.Empty).Then(rules));
            }
        }

        return new(
            Managed: Of(layer => layer.Kind is LayerKind.Managed),
            User: Of(layer => !layer.FromProject && layer.Kind is not LayerKind.Managed),
            Project: Of(layer => layer.FromProject),
            agents);

        PermissionConfig Of(Func<Layer, bool> which) =>
            layers.Where(which).Select(layer => Rules(layer.Tree)).Aggregate(PermissionConfig.Empty, (earlier, later) => earlier.Then(later));

        static PermissionConfig Rules(Node node) =>
            (node as ObjectNode)?["permission"] is { } rules
                ? JsonSerializer.Deserialize(rules.ToJson(), ConfigJson.Default.PermissionConfig)!
                : PermissionConfig.Empty;
    }

    // What a project says about permissions is kept apart, where it can only tighten.
    private static ObjectNode WithoutPermissions(ObjectNode tree) =>
        tree.Without("permission") is var rest && rest["agent"] is ObjectNode agents
            ? rest.With("agent", agents with
            {
                Members = [.. agents.Members.Select(agent => agent with { Value = ((ObjectNode)agent.Value).Without("permission") })],
            })
            : rest;
}
