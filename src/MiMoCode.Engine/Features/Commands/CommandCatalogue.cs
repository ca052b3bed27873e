using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Protocol;

namespace MiMoCode.Engine.Features.Commands;

/// <summary>
/// All commands: the built-in ones, those of the settings, and Markdown files in the <c>command</c> or <c>commands</c> folders;
/// later ones replace earlier ones. What is none may still be found by other means, as skills are. Read anew each time: commands are few, and a changed file counts at once.
/// </summary>
internal sealed class CommandCatalogue(LoadedConfig loaded, MarkdownFolders markdown, Func<string, CommandDefinition?>? other = null)
{
    private const string BuiltInFolder = "commands/";

    /// <summary>The commands by name, and what was wrong with their files.</summary>
    public (ImmutableArray<CommandDefinition> Commands, ImmutableArray<Notice> Notices) Read()
    {
        var commands = new SortedDictionary<string, CommandDefinition>(StringComparer.Ordinal);
        var notices = new List<Notice>();
        foreach (var (path, text) in BuiltInTexts.In(BuiltInFolder, loaded.Config))
            Add(Path.GetFileNameWithoutExtension(path), path, text);
        foreach (var (name, config) in loaded.Config.Command)
        {
            commands[name] = new CommandDefinition(name, config.Template)
            {
                Description = config.Description ?? "", Agent = config.Agent, Model = config.Model,
            };
        }

        foreach (var file in markdown.Find("command", "commands"))
        {
            if (ConfigFile.Read(file.Path, notices) is { } text)
                Add(file.Name, file.Path, text);
        }

        return ([.. commands.Values], [.. notices]);

        void Add(string name, string path, string text)
        {
            if (Parse(name, path, text, notices) is { } command)
                commands[name] = command;
        }
    }

    /// <summary>A command by its name, with or without the slash.</summary>
    /// <exception cref="UserException">There is none; the message lists those there are.</exception>
    public CommandDefinition Get(string name)
    {
        var (commands, notices) = Read();
        var wanted = name.TrimStart('/');
        return commands.FirstOrDefault(command => command.Name == wanted) ?? other?.Invoke(wanted) ?? throw new UserException(
            notices.FirstOrDefault(notice => Path.GetFileNameWithoutExtension(notice.Place.File) == wanted) is { } broken
                ? broken.ToString()
                : $"There is no command called {wanted}. There are: {string.Join(", ", commands.Select(command => command.Name))}.", 2, 404);
    }

    private static CommandDefinition? Parse(string name, string path, string text, List<Notice> notices)
    {
        try
        {
            var file = FrontMatter.Parse(text, path);
            return new CommandDefinition(name, file.Body)
            {
                Description = Text(file, "description") ?? "", Agent = Text(file, "agent"), Model = Text(file, "model"),
            };
        }
        catch (FrontMatterException error)
        {
            notices.Add(new(NoticeKind.Warning, error.Place, $"this command is left out: {error.Reason}"));
            return null;
        }
    }

    private static string? Text(MarkdownFile file, string key) => (file.Settings[key] as TextNode)?.Text is { Length: > 0 } text ? text : null;
}
