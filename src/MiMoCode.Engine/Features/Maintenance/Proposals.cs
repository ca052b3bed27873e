using System.Collections.Immutable;
using MiMoCode.Protocol;

namespace MiMoCode.Engine.Features.Maintenance;

/// <summary>A skill that waits for a person to accept it.</summary>
internal sealed record Proposal(string Name, string Path, string Text);

/// <summary>
/// Skills that were found and that nobody has accepted yet. They lie outside the project and outside of memory, where no agent sees
/// them; what was declined is remembered, so that it is not proposed again.
/// </summary>
internal sealed class Proposals(string folder, string projectRoot)
{
    private const string FileName = "SKILL.md";

    private string Waiting => Path.Combine(folder, "waiting");

    private string Declined => Path.Combine(folder, "declined");

    public ImmutableArray<Proposal> List() => !Directory.Exists(Waiting)
        ? []
        : [.. from path in Directory.EnumerateFiles(Waiting, FileName, SearchOption.AllDirectories).Order(StringComparer.Ordinal)
              select new Proposal(Path.GetFileName(Path.GetDirectoryName(path)!), path, File.ReadAllText(path))];

    /// <summary>Adds one, unless a skill of this name is there, waits, or was declined; true when it did.</summary>
    public bool Add(string name, string text)
    {
        if (SkillDraft.ProblemOf(name, text) is not null || Path.Exists(Target(name)) || new[] { Waiting, Declined }.Any(each => Path.Exists(Path.Combine(each, name))))
            return false;
        Write(Path.Combine(Waiting, name, FileName), text);
        return true;
    }

    /// <summary>Makes it a skill of the project; the path of its file.</summary>
    /// <exception cref="UserException">There is none, it is broken, or the project has a skill of this name.</exception>
    public string Accept(string name)
    {
        var found = Get(name);
        if (SkillDraft.ProblemOf(name, found.Text) is { } problem)
            throw new UserException($"{found.Path} cannot become a skill: {problem}. Put it right, or decline it.");
        var target = Path.Combine(Target(name), FileName);
        if (File.Exists(target))
            throw new UserException($"{target} is there already. Decline the proposal, or move that skill away.");
        Write(target, found.Text);
        Directory.Delete(Path.GetDirectoryName(found.Path)!, recursive: true);
        return target;
    }

    /// <summary>Puts it aside for good.</summary>
    /// <exception cref="UserException">There is none of this name.</exception>
    public void Decline(string name)
    {
        var found = Get(name);
        Write(Path.Combine(Declined, name, FileName), found.Text);
        Directory.Delete(Path.GetDirectoryName(found.Path)!, recursive: true);
    }

    private string Target(string name) => Path.Combine(projectRoot, ".mimocode", "skills", name);

    private Proposal Get(string name) => List().FirstOrDefault(each => each.Name == name) ?? throw new UserException(
        List() is [] ? "Nothing waits to be accepted." : $"No proposal is called {name}. There are: {string.Join(", ", List().Select(each => each.Name))}.");

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
