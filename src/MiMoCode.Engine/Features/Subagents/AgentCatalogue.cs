using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Engine.Features.Subagents;

/// <summary>
/// All agents: the built-in ones, Markdown files in the <c>agent</c> or <c>agents</c> folders of the user and of the project, and
/// the settings; later ones change earlier ones. A file that changes is picked up at the next question, without a restart.
/// </summary>
internal sealed class AgentCatalogue(
    LoadedConfig loaded, EnvironmentVariables environment, Folders folders, ProjectFolders project)
{
    private const string BuiltInFolder = "agents/";
    private readonly MarkdownFolders markdown = new(environment, folders, project);
    private readonly Lock gate = new();
    private (string Stamp, AgentList List) current = ("", new([], []));

    /// <summary>The agents as they are now.</summary>
    public AgentList Read()
    {
        lock (gate)
        {
            var files = markdown.Find("agent", "agents").ToList();
            var stamp = MarkdownFolders.Stamp(files);
            if (current.List.Agents.IsEmpty || stamp != current.Stamp)
                current = (stamp, Load(files));
            return current.List;
        }
    }

    /// <summary>
    /// An agent as it was when they were read last, which every turn does; null when there is none of this name. For what is looked
    /// up many times in a turn: it touches no file.
    /// </summary>
    public AgentDefinition? Known(string name)
    {
        lock (gate)
        {
            if (!current.List.Agents.IsEmpty)
                return current.List.Agents.FirstOrDefault(agent => agent.Name == name);
        }

        return Read().Agents.FirstOrDefault(agent => agent.Name == name);
    }

    /// <summary>An agent by its name.</summary>
    /// <exception cref="UserException">There is none; the message lists those there are.</exception>
    public AgentDefinition Get(string name) =>
        Read().Agents.FirstOrDefault(agent => agent.Name == name)
        ?? throw new UserException(
            $"There is no agent called {name}. There are: {string.Join(", ", Read().Agents.Where(a => !a.Hidden).Select(a => a.Name))}.", 2, 404);

    /// <summary>The agent that a new session starts with: the configured one if people may start it, else build.</summary>
    public AgentDefinition Default() =>
        Read().Agents.FirstOrDefault(agent => agent.Name == loaded.Config.DefaultAgent && agent.Mode is not AgentMode.Subagent && !agent.Hidden)
        ?? Get("build");

    /// <summary>The agents that other agents may start.</summary>
    public IEnumerable<AgentDefinition> Subagents() =>
        Read().Agents.Where(agent => agent.Mode is not AgentMode.Primary && !agent.Hidden);

    /// <summary>An agent that other agents may start; null when there is none of this name.</summary>
    public AgentDefinition? FindSubagent(string name) => Subagents().FirstOrDefault(agent => agent.Name == name);

    private AgentList Load(List<MarkdownPath> files)
    {
        var agents = new SortedDictionary<string, AgentDefinition>(StringComparer.Ordinal);
        var notices = new List<Notice>();
        foreach (var (path, text) in BuiltInTexts.In(BuiltInFolder, loaded.Config))
            Apply(new MarkdownPath(Path.GetFileNameWithoutExtension(path), path, FromProject: false), text, builtIn: true);
        foreach (var file in files)
        {
            if (ConfigFile.Read(file.Path, notices) is { } text)
                Apply(file, text, builtIn: false);
        }

        foreach (var (name, config) in loaded.Config.Agent)
            Change(name, config, fromProject: false, builtIn: false);
        foreach (var (name, rules) in loaded.Permissions.ProjectAgents)
            Change(name, new AgentConfig { Permission = rules }, fromProject: true, builtIn: false);
        return new([.. agents.Values], [.. notices]);

        void Apply(MarkdownPath file, string text, bool builtIn)
        {
            if (Parse(file, text, notices) is { } config)
                Change(file.Name, config, file.FromProject, builtIn);
        }

        void Change(string name, AgentConfig config, bool fromProject, bool builtIn)
        {
            if (config.Disable is true)
                agents.Remove(name);
            else
                agents[name] = (agents.GetValueOrDefault(name) ?? new AgentDefinition(name) { BuiltIn = builtIn }).With(config, fromProject);
        }
    }

    private static AgentConfig? Parse(MarkdownPath file, string text, List<Notice> notices)
    {
        try
        {
            var markdown = FrontMatter.Parse(text, file.Path);
            var tree = new ConfigCheck(file.FromProject, notices).CheckAgent(OldForms.RewriteAgent(markdown.Settings));
            var config = JsonSerializer.Deserialize(tree.ToJson(), ConfigJson.Default.AgentConfig)!;
            config.Prompt = markdown.Body.Length > 0 ? markdown.Body : config.Prompt;
            return config;
        }
        catch (FrontMatterException error)
        {
            notices.Add(new(NoticeKind.Warning, error.Place, $"this agent is left out: {error.Reason}"));
            return null;
        }
    }
}

/// <summary>The agents by name, and what was wrong with their files.</summary>
internal sealed record AgentList(ImmutableArray<AgentDefinition> Agents, ImmutableArray<Notice> Notices);
