using System.Collections.Immutable;
using System.Globalization;
using MiMoCode.Engine.Features.Memory;
using MiMoCode.Engine.Foundation;
using MiMoCode.Engine.Foundation.Projects;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Maintenance;

/// <summary>
/// Looks after what a project has learned: dreaming puts its memory in order, distilling proposes skills from what recurs. By hand, or
/// at the start once enough days have passed; one process at a time.
/// </summary>
internal sealed class Upkeep(
    Config config, Project project, MemoryFiles memory, Proposals proposals, SessionStore sessions, StateStore state, Leases leases, GitProcess git,
    BackgroundTasks background, TimeProvider clock)
{
    private const int WindowDays = 30, MostSessions = 200;

    /// <summary>What waits to be accepted.</summary>
    public Proposals Proposals => proposals;

    /// <summary>Starts what is due in the background. The first time, a project is given its days before anything is done.</summary>
    public async Task StartDueAsync(CancellationToken cancellationToken)
    {
        if (config.Dream.Auto && !config.Memory.DisableWrite && await IsDueAsync("dream", config.Dream.IntervalDays, cancellationToken))
            background.TryStart("dream", DreamAsync);
        if (config.Distill.Auto && await IsDueAsync("distill", config.Distill.IntervalDays, cancellationToken))
            background.TryStart("distill", DistillAsync);
    }

    /// <summary>Puts the project's memory in order; what was done, for people, with the difference.</summary>
    /// <exception cref="UserException">Memory is read-only, or somebody is at it.</exception>
    public Task<string> DreamAsync(CancellationToken cancellationToken) => UnderLeaseAsync("dream", async () =>
    {
        if (config.Memory.DisableWrite)
            throw new UserException("Memory is read-only here (memory.disable_write).");
        var lease = await leases.TryAcquireAsync("memory:" + project.Id, cancellationToken)
            ?? throw new UserException("The memory is being written just now. Try again in a moment.");
        try
        {
            var read = MemoryFiles.Read(memory.Project);
            if (read.Problem is { } problem)
                throw new UserException($"{memory.Project} is left as it is: {problem}.");
            var tree = await WorkTree.ReadAsync(project.Worktree, read.Text, git, cancellationToken);
            var dreamt = new Dream(tree, clock.GetUtcNow()).Revise(read.Text);
            if (dreamt.Text == read.Text)
                return "The memory of this project is in order: nothing was changed.";
            await memory.WriteAsync(memory.Project, dreamt.Text, "dream", null, cancellationToken);
            var diff = UnifiedDiff.Between("MEMORY.md", read.Text, dreamt.Text).Text;
            return $"{string.Join('\n', dreamt.Changes.Select(change => $"{change.Line.Trim()}\n  {change.Why}"))}\n\n{diff.TrimEnd()}\n\nmimo memory restore project takes it back.";
        }
        finally
        {
            await leases.ReleaseAsync(lease);
        }
    }, cancellationToken);

    /// <summary>Looks for workflows that recur and proposes skills; what was found, for people.</summary>
    public Task<string> DistillAsync(CancellationToken cancellationToken) => UnderLeaseAsync("distill", () =>
    {
        var since = clock.GetUtcNow() - TimeSpan.FromDays(WindowDays);
        var recent = sessions.List(new SessionQuery(Roots: true, Start: since, Limit: MostSessions), project.Id);
        var steps = recent.Select(session => Distill.Read(session.Id, sessions.Export(session.Id).Messages)).Where(session => session.Steps.Length > 0).ToList();
        var added = Distill.Find(steps).Select(SkillDraft.Of).Where(draft => proposals.Add(draft.Name, draft.Text)).Select(draft => draft.Name).ToList();
        return Task.FromResult(added.Count is 0
            ? string.Create(CultureInfo.InvariantCulture, $"Nothing new recurs in the {recent.Length} sessions of the last {WindowDays} days.")
            : $"Proposed: {string.Join(", ", added)}. mimo memory review shows what waits; nothing is active until you accept it.");
    }, cancellationToken);

    private async Task<string> UnderLeaseAsync(string name, Func<Task<string>> work, CancellationToken cancellationToken)
    {
        var lease = await leases.TryAcquireAsync($"{name}:{project.Id}", cancellationToken)
            ?? throw new UserException($"Another process is at it ({name}). Try again when it is done.");
        try
        {
            var said = await work();
            await state.SetAsync("", KeyOf(name), clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture), cancellationToken);
            return said;
        }
        finally
        {
            await leases.ReleaseAsync(lease);
        }
    }

    private async Task<bool> IsDueAsync(string name, int days, CancellationToken cancellationToken)
    {
        if (state.Get("", KeyOf(name)) is { } last && DateTimeOffset.TryParse(last, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time))
            return clock.GetUtcNow() - time >= TimeSpan.FromDays(Math.Max(0, days));
        await state.SetAsync("", KeyOf(name), clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture), cancellationToken);
        return false;
    }

    private string KeyOf(string name) => $"{name}:{project.Id}";
}
