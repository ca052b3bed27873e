using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Protocol;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo agent</c>: the agents that can be talked to and started, and a file for one more.</summary>
internal static partial class AgentCommand
{
    public static Command Create(CliContext context)
    {
        var all = new Option<bool>("--all") { Description = "Also those that only the program starts." };
        var list = new Command("list", "List the agents.") { all };
        list.SetAction((parsed, _) => ListAsync(context, parsed.GetValue(all)));

        var name = new Argument<string>("name") { Description = "Lower-case letters, digits and hyphens." };
        var description = new Option<string>("--description") { Description = "When to use it; other agents and people read this.", Required = true };
        var prompt = new Option<string?>("--prompt") { Description = "What it is told about itself; a sentence from the description when left out." };
        var mode = new Option<string>("--mode") { Description = "Who may start it: all, primary (people) or subagent (agents).", DefaultValueFactory = _ => "all" };
        mode.AcceptOnlyFromAmong("all", "primary", "subagent");
        var tools = new Option<string?>("--tools") { Description = "Its tools, as a,b,c; all when left out." };
        var readOnly = new Option<bool>("--read-only") { Description = "It may change nothing." };
        var model = new Option<string?>("--model", "-m") { Description = "The model it always works with, as provider/model." };
        var everywhere = new Option<bool>("--global") { Description = "For all projects, not for this one." };
        var create = new Command("create", "Write the file of a new agent.") { name, description, prompt, mode, tools, readOnly, model, everywhere };
        create.SetAction((parsed, cancellationToken) => WriteAsync(
            context,
            new Draft(
                parsed.GetValue(name)!, parsed.GetValue(description)!, parsed.GetValue(prompt), parsed.GetValue(mode)!, parsed.GetValue(tools),
                parsed.GetValue(readOnly), parsed.GetValue(model), parsed.GetValue(everywhere)),
            cancellationToken));
        return new Command("agent", "Look at the agents, or make one.") { list, create };
    }

    private static async Task<int> ListAsync(CliContext context, bool all)
    {
        var found = Catalogue(context).Read();
        var table = new Columns("Agent", "Mode", "May change", "Description");
        foreach (var agent in found.Agents.Where(agent => all || !agent.Hidden))
            table.Add(agent.Name, agent.Mode.ToString().ToLowerInvariant(), agent.ReadOnly ? "nothing" : "files", agent.Description);
        await context.Out.WriteAsync(table.ToString());
        foreach (var notice in found.Notices)
            await context.Error.WriteLineAsync($"mimo: {notice}");
        return ExitCodes.Done;
    }

    private static async Task<int> WriteAsync(CliContext context, Draft draft, CancellationToken cancellationToken)
    {
        if (!Name().IsMatch(draft.Name))
            throw new UserException($"'{draft.Name}' cannot be an agent's name: use lower-case letters, digits and hyphens, as in code-reviewer.");
        var folder = draft.Everywhere ? context.Folders.Config : Path.Combine(ProjectFolders.Of(context.Directory).Root, ".mimocode");
        var path = Path.Combine(folder, "agent", draft.Name + ".md");
        if (File.Exists(path))
            throw new UserException($"{path} is there already. Edit it, or take another name.");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, draft.Text(), cancellationToken);

        var loaded = Catalogue(context).Read();
        foreach (var notice in loaded.Notices.Where(notice => notice.Place.File == path))
            await context.Error.WriteLineAsync($"mimo: {notice}");
        await context.Out.WriteLineAsync(path);
        return ExitCodes.Done;
    }

    private static AgentCatalogue Catalogue(CliContext context) =>
        new(context.LoadConfig(), context.Environment, context.Folders, ProjectFolders.Of(context.Directory));

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Name();

    private sealed record Draft(
        string Name, string Description, string? Prompt, string Mode, string? Tools, bool ReadOnly, string? Model, bool Everywhere)
    {
        public string Text()
        {
            var text = new StringBuilder($"---\ndescription: {Quoted(Description)}\nmode: {Mode}\n");
            if (ReadOnly)
                text.Append("read_only: true\n");
            if (Tools is not null)
                text.Append("tool_allowlist: [").AppendJoin(", ", Tools.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Append("]\n");
            if (Model is not null)
                text.Append("model: ").Append(Quoted(Model)).Append('\n');
            return text.Append("---\n").Append(Prompt?.Trim() ?? $"You are the {Name} agent. {Description.Trim()}").Append('\n').ToString();
        }

        private static string Quoted(string text) =>
            $"\"{text.ReplaceLineEndings(" ").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }
}
