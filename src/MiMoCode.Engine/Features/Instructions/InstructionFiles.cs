using System.Collections.Immutable;
using System.IO.Enumeration;
using MiMoCode.Engine.Foundation.Configuration;

namespace MiMoCode.Engine.Features.Instructions;

/// <summary>A text that people wrote for agents, and how it is called in messages.</summary>
internal sealed record Instruction(string Path, string Label, string Text)
{
    public override string ToString() => $"Instructions from: {Path}\n{Text}";
}

/// <summary>
/// Finds instruction files: the user's own, AGENTS.md from the root of the work tree down to the folder (CLAUDE.md where there is
/// none or only a short one), and those that the settings name.
/// </summary>
internal sealed class InstructionFiles(EnvironmentVariables environment, Folders folders, ProjectFolders project, LoadedConfig loaded)
{
    private const int ShortText = 500;
    private const int MaxCharacters = 64 * 1024;

    /// <summary>All that hold for the folder, the most general first. Files that cannot be read are passed over.</summary>
    public ImmutableArray<Instruction> Read()
    {
        if (environment.DisableInstructions)
            return [];
        var found = new Dictionary<string, Instruction>(StringComparer.Ordinal);
        foreach (var path in Global().Take(1).Concat(environment.DisableProjectConfig ? [] : Project()).Concat(Named()))
        {
            if (!found.ContainsKey(path) && Load(path) is { } instruction)
                found.Add(path, instruction);
        }

        return [.. found.Values];
    }

    /// <summary>Instructions between the folder and a file deeper in the project, for when that file is read; without those already seen.</summary>
    public ImmutableArray<Instruction> Near(string file, IReadOnlySet<string> seen)
    {
        if (environment.DisableInstructions || environment.DisableProjectConfig)
            return [];
        var found = ImmutableArray.CreateBuilder<Instruction>();
        for (var folder = Path.GetDirectoryName(file);
            folder is not null && folder.StartsWith(project.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !project.Downwards.Contains(folder);
            folder = Path.GetDirectoryName(folder))
        {
            found.InsertRange(0, In(folder).Where(path => !seen.Contains(path)).Select(Load).OfType<Instruction>());
        }

        return found.ToImmutable();
    }

    private IEnumerable<string> Global() =>
        new[]
        {
            folders.Extra is { } extra ? Path.Combine(extra, "AGENTS.md") : null,
            Path.Combine(folders.Config, "AGENTS.md"),
            environment.DisableClaudeInstructions ? null : Path.Combine(folders.Home, ".claude", "CLAUDE.md"),
        }.OfType<string>().Where(File.Exists);

    // AGENTS.md of every level; only without any of them the nearest of the other names.
    private IEnumerable<string> Project()
    {
        var agents = project.Downwards.Select(folder => Path.Combine(folder, "AGENTS.md")).Where(File.Exists).ToList();
        if (agents.Count > 0)
            return agents.SelectMany(path => In(Path.GetDirectoryName(path)!));
        var others = new[] { environment.DisableClaudeInstructions ? null : "CLAUDE.md", "CONTEXT.md" }.OfType<string>();
        return others.SelectMany(name => project.Downwards.Reverse().Select(folder => Path.Combine(folder, name))).Where(File.Exists).Take(1);
    }

    // CLAUDE.md is read as well where AGENTS.md says little: it is often only a pointer.
    private IEnumerable<string> In(string folder)
    {
        var agents = Path.Combine(folder, "AGENTS.md");
        var claude = Path.Combine(folder, "CLAUDE.md");
        if (File.Exists(agents))
            yield return agents;
        if (!environment.DisableClaudeInstructions && File.Exists(claude) && (Load(agents)?.Text.Length ?? 0) < ShortText)
            yield return claude;
    }

    private IEnumerable<string> Named() => loaded.Config.Instructions
        .Where(entry => !entry.Contains("://", StringComparison.Ordinal))
        .SelectMany(entry => entry.StartsWith("~/", StringComparison.Ordinal)
            ? Matches(folders.Home, entry[2..])
            : Path.IsPathRooted(entry) ? Matches("/", entry[1..])
            : project.Downwards.SelectMany(folder => Matches(folder, entry)));

    // A glob in the last part only: enough for "docs/*.md", and never a walk over a whole disk.
    private static IEnumerable<string> Matches(string folder, string entry)
    {
        var path = Path.GetFullPath(Path.Combine(folder, entry));
        var (parent, pattern) = (Path.GetDirectoryName(path)!, Path.GetFileName(path));
        return !pattern.AsSpan().ContainsAny('*', '?') ? (File.Exists(path) ? [path] : [])
            : Directory.Exists(parent) ? Directory.EnumerateFiles(parent).Where(file => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(file), ignoreCase: false)).Order(StringComparer.Ordinal)
            : [];
    }

    private Instruction? Load(string path)
    {
        try
        {
            var real = new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
            if (Inside(path) && !Inside(real))
                return null; // A link of the project to somewhere else on the disk is not the project's word.
            using var reader = new StreamReader(real);
            var text = new char[MaxCharacters];
            var length = reader.ReadBlock(text);
            var whole = new string(text, 0, length).Trim() + (reader.Peek() >= 0 ? $"\n[cut after {MaxCharacters} characters]" : "");
            return whole.Length == 0 ? null : new(path, Label(path), whole);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string Label(string path) => Inside(path) ? Path.GetRelativePath(project.Root, path) : folders.Short(path);

    private bool Inside(string path) => path.StartsWith(project.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
