using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Configuration;

namespace MiMoCode.Engine.Features.Skills;

/// <summary>
/// All skills: <c>SKILL.md</c> files of the program, of <c>.agents/skills</c> at home and in the project, of the settings folders, and
/// of the folders that the settings name (which is how those of other programs come in). Later ones replace earlier ones. A file that
/// cannot be used is named and left out; a changed file counts at the next question.
/// </summary>
internal sealed class SkillCatalogue(LoadedConfig loaded, MarkdownFolders markdown, Folders folders, ProjectFolders project)
{
    private const string FileName = "SKILL.md", BuiltInFolder = "skills/";
    private readonly Lock gate = new();
    private (string Stamp, SkillList List)? current;

    /// <summary>The skills as they are now.</summary>
    public SkillList Read()
    {
        lock (gate)
        {
            var files = Files().ToList();
            var stamp = MarkdownFolders.Stamp(files);
            if (current is not { } known || known.Stamp != stamp)
                current = (stamp, Load(files));
            return current.Value.List;
        }
    }

    /// <summary>A skill by its name or by another name that it goes by; null when there is none.</summary>
    public Skill? Find(string name) => Read().Skills.FirstOrDefault(skill => skill.Name == name || skill.Aliases.Contains(name));

    private SkillList Load(IReadOnlyList<MarkdownPath> files)
    {
        var skills = new SortedDictionary<string, Skill>(StringComparer.Ordinal);
        var notices = new List<Notice>();
        foreach (var (path, text) in BuiltInTexts.In(BuiltInFolder, loaded.Config))
            Add(path, text, folder: null);
        foreach (var file in files)
        {
            if (ConfigFile.Read(file.Path, notices) is { } text)
                Add(file.Path, text, Path.GetDirectoryName(file.Path));
        }

        return new SkillList([.. skills.Values], [.. notices]);

        void Add(string path, string text, string? folder)
        {
            if (Parse(path, text, folder, notices) is { } skill)
                skills[skill.Name] = skill;
        }
    }

    private static Skill? Parse(string path, string text, string? folder, List<Notice> notices)
    {
        try
        {
            var file = FrontMatter.Parse(text, path);
            var (name, description) = (Text(file, "name"), Text(file, "description"));
            if (name is null || description is null)
                throw new FrontMatterException(new FilePlace(path, 1, 1), "a skill needs a name and a description");
            return new Skill(name, description, file.Body, folder)
            {
                PeopleOnly = file.Settings["disable-model-invocation"] is LiteralNode { Json: "true" },
                Aliases = AliasesOf(file.Settings),
            };
        }
        catch (FrontMatterException error)
        {
            notices.Add(new(NoticeKind.Warning, error.Place, $"this skill is left out: {error.Reason}"));
            return null;
        }
    }

    // As a list of our own, or among the metadata, where the format has a place for what programs add.
    private static ImmutableArray<string> AliasesOf(ObjectNode settings) => (settings["aliases"] ?? (settings["metadata"] as ObjectNode)?["aliases"]) switch
    {
        ArrayNode list => [.. list.Items.OfType<TextNode>().Select(alias => alias.Text)],
        TextNode text => [.. text.Text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)],
        _ => [],
    };

    private IEnumerable<MarkdownPath> Files()
    {
        var roots = new List<(string Folder, bool FromProject)> { (Path.Combine(folders.Home, ".agents", "skills"), false) };
        roots.AddRange(project.Downwards.Where(folder => folder != folders.Home).Select(folder => (Path.Combine(folder, ".agents", "skills"), true)));
        roots.AddRange(markdown.Roots().SelectMany(root => new[] { (Path.Combine(root.Folder, "skill"), root.FromProject), (Path.Combine(root.Folder, "skills"), root.FromProject) }));
        roots.AddRange(loaded.Config.Skills.Paths.Select(path => (Absolute(path), false)));
        return from root in roots.Distinct()
               from path in markdown.Below(root.Folder, root.FromProject, "/" + FileName)
               select new MarkdownPath(Path.GetFileName(Path.GetDirectoryName(path)!), path, root.FromProject);
    }

    private string Absolute(string path) =>
        path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(folders.Home, path[2..]) : Path.GetFullPath(path, project.Root);

    private static string? Text(MarkdownFile file, string key) => (file.Settings[key] as TextNode)?.Text is { Length: > 0 } text ? text : null;
}

/// <summary>The skills by name, and what was wrong with their files.</summary>
internal sealed record SkillList(ImmutableArray<Skill> Skills, ImmutableArray<Notice> Notices);
