using System.CommandLine;
using System.Text;
using MiMoCode.Engine.Features.Commands;
using MiMoCode.Engine.Features.Skills;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo config</c>: what holds, where it comes from, what is wrong.</summary>
internal static class ConfigCommand
{
    public static Command Create(CliContext context)
    {
        var key = new Argument<string>("key") { Description = "A setting, for instance model or server.port." };
        var show = new Command("show", "Print the settings that are set; secrets are hidden.");
        show.SetAction((_, _) => ShowAsync(context));
        var explain = new Command("explain", "Say where a setting comes from.") { key };
        explain.SetAction((parsed, _) => ExplainAsync(context, parsed.GetValue(key)!));
        var check = new Command("check", "List everything that is wrong with the settings; ends with 2 if there is anything.");
        check.SetAction((_, _) => CheckAsync(context));
        var schema = new Command("schema", "Print the JSON Schema of the settings.");
        schema.SetAction((_, _) => SchemaAsync(context));
        return new Command("config", "Look at the settings.") { show, explain, check, schema };
    }

    private static async Task<int> ShowAsync(CliContext context)
    {
        var loaded = context.LoadConfig();
        await context.Out.WriteLineAsync(Encoding.UTF8.GetString(Secrets.Hide(loaded.Tree).ToJson(indented: true)));
        foreach (var notice in loaded.Notices)
            await context.Error.WriteLineAsync($"mimo: {notice}");
        return ExitCodes.Done;
    }

    private static async Task<int> ExplainAsync(CliContext context, string key)
    {
        var found = context.LoadConfig().Explain(key);
        if (found.IsEmpty)
        {
            await context.Out.WriteLineAsync($"{key} is not set anywhere; its default holds.");
            return ExitCodes.Done;
        }

        var name = key.Split('.')[^1];
        foreach (var (layer, value) in found.Reverse())
            await context.Out.WriteLineAsync($"{Secrets.Hide(value, name)}  {Where(value, layer)}{Note(layer, key)}");
        return ExitCodes.Done;
    }

    private static string Where(Node value, Layer layer) => value.Place.Line > 0 ? value.Place.ToString() : layer.Source;

    private static string Note(Layer layer, string key) =>
        layer.FromProject && key.Split('.').Contains("permission") ? "  (of the project: it can only tighten)" : "";

    private static async Task<int> CheckAsync(CliContext context)
    {
        var loaded = context.LoadConfig();
        var project = ProjectFolders.Of(context.Directory);
        var markdown = new MarkdownFolders(context.Environment, context.Folders, project);
        Notice[] notices =
        [
            .. loaded.Notices,
            .. new AgentCatalogue(loaded, context.Environment, context.Folders, project).Read().Notices,
            .. new CommandCatalogue(loaded, markdown).Read().Notices,
            .. new SkillCatalogue(loaded, markdown, context.Folders, project).Read().Notices,
        ];
        foreach (var notice in notices)
            await context.Out.WriteLineAsync(notice.ToString());
        if (notices is [])
            await context.Error.WriteLineAsync($"{loaded.Layers.Length} sources of settings, nothing wrong with them.");
        return notices is [] ? ExitCodes.Done : ExitCodes.WrongUse;
    }

    private static async Task<int> SchemaAsync(CliContext context)
    {
        await context.Out.WriteAsync(ConfigSchema.Text());
        return ExitCodes.Done;
    }
}
