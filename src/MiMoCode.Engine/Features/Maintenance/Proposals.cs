using System.Collections.Immutable;
using MiMoCode.Protocol;

namespace MiMoCode.Engine.Features.Maintenance;

/// <summary>Something that waits for a person to accept it.</summary>
internal sealed record Proposal(string Name, ProposalForm Form, string Path, string Text);

/// <summary>
/// What was found to recur and nobody has accepted yet. It lies outside the project and outside of memory, where no agent sees it;
/// what was declined is remembered, so that it is not proposed again.
/// </summary>
internal sealed class Proposals(string folder, string projectRoot)
{
    private string Waiting => Path.Combine(folder, "waiting");

    private string Declined => Path.Combine(folder, "declined");

    public ImmutableArray<Proposal> List() => !Directory.Exists(Waiting)
        ? []
        : [.. from own in Directory.EnumerateDirectories(Waiting).Order(StringComparer.Ordinal)
              from form in ProposalForm.All
              let path = Path.Combine(own, form.FileName)
              where File.Exists(path)
              select new Proposal(Path.GetFileName(own), form, path, File.ReadAllText(path))];

    /// <summary>Adds one, unless something of this name is there, waits, or was declined; true when it did.</summary>
    public bool Add(ProposalDraft draft)
    {
        var text = draft.Write();
        if (ProposalDraft.ProblemOf(draft.Form, draft.Name, text) is not null
            || ProposalForm.All.Any(form => Path.Exists(form.TargetIn(projectRoot, draft.Name)))
            || new[] { Waiting, Declined }.Any(each => Path.Exists(Path.Combine(each, draft.Name))))
            return false;
        Write(Path.Combine(Waiting, draft.Name, draft.Form.FileName), text);
        return true;
    }

    /// <summary>Makes it a part of the project; the path of its file.</summary>
    /// <exception cref="UserException">There is none, it is broken, or the project has one of this name.</exception>
    public string Accept(string name)
    {
        var found = Get(name);
        if (ProposalDraft.ProblemOf(found.Form, name, found.Text) is { } problem)
            throw new UserException($"{found.Path} cannot become a {found.Form.Name}: {problem}. Put it right, or decline it.");
        var target = found.Form.TargetIn(projectRoot, name);
        if (File.Exists(target))
            throw new UserException($"{target} is there already. Decline the proposal, or move that {found.Form.Name} away.");
        Write(target, found.Text);
        Directory.Delete(Path.GetDirectoryName(found.Path)!, recursive: true);
        return target;
    }

    /// <summary>Puts it aside for good.</summary>
    /// <exception cref="UserException">There is none of this name.</exception>
    public void Decline(string name)
    {
        var found = Get(name);
        Write(Path.Combine(Declined, name, found.Form.FileName), found.Text);
        Directory.Delete(Path.GetDirectoryName(found.Path)!, recursive: true);
    }

    private Proposal Get(string name) => List().FirstOrDefault(each => each.Name == name) ?? throw new UserException(
        List() is [] ? "Nothing waits to be accepted." : $"No proposal is called {name}. There are: {string.Join(", ", List().Select(each => each.Name))}.");

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
