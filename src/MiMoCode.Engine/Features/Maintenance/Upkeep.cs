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
/// Looks after what a project has learned: dreaming puts its memory in order, distilling proposes what recurs. By hand, or at the start
/// once enough days have passed; one process at a time. A model is asked where there is one; what it says is held against what is
/// known, and where it says nothing of use the program does what it can by itself.
/// </summary>
internal sealed class Upkeep(
    Config config, Project project, MemoryFiles memory, Proposals proposals, UpkeepModel model, SessionStore sessions, StateStore state, Leases leases,
    GitProcess git, BackgroundTasks background, TimeProvider clock)
{
    private const int WindowDays = 30, MostSessions = 200;
    private const string Dreamer = "dream", Distiller = "distill";

    /// <summary>What waits to be accepted.</summary>
    public Proposals Proposals => proposals;

    /// <summary>Starts what is due in the background. The first time, a project is given its days before anything is done.</summary>
    public async Task StartDueAsync(CancellationToken cancellationToken)
    {
        if (config.Dream.Auto && !config.Memory.DisableWrite && await IsDueAsync(Dreamer, config.Dream.IntervalDays, cancellationToken))
            background.TryStart(Dreamer, stopping => DreamAsync(LastSession(), stopping));
        if (config.Distill.Auto && await IsDueAsync(Distiller, config.Distill.IntervalDays, cancellationToken))
            background.TryStart(Distiller, stopping => DistillAsync(LastSession(), stopping));
    }

    /// <summary>Puts the project's memory in order; what was done, for people, with the difference.</summary>
    /// <param name="sessionId">Whose model is asked and whose costs it is; null: none is asked.</param>
    /// <param name="cancellationToken">Ends it before anything was written.</param>
    /// <exception cref="UserException">Memory is read-only, or somebody is at it.</exception>
    public Task<string> DreamAsync(string? sessionId, CancellationToken cancellationToken) => UnderLeaseAsync(Dreamer, async () =>
    {
        if (config.Memory.DisableWrite)
            throw new UserException("Memory is read-only here (memory.disable_write).");
        var read = MemoryFiles.Read(memory.Project);
        if (read.Problem is { } problem)
            throw new UserException($"{memory.Project} is left as it is: {problem}.");
        var dream = new Dream(await WorkTree.ReadAsync(project.Worktree, read.Text, git, cancellationToken), clock.GetUtcNow());
        var reply = read.Text.Trim().Length is 0 ? new UpkeepReply(null, null) : await model.AskAsync(Dreamer, sessionId, dream.Describe(read.Text), cancellationToken);
        var dreamt = dream.Revise(read.Text, MemoryEdits.Parse(reply.Text ?? ""));
        return Remark(reply) + (dreamt.Text == read.Text
            ? Told(dreamt) + "The memory of this project is in order: nothing was changed."
            : await CommitAsync(read.Text, dreamt, cancellationToken));
    }, cancellationToken);

    /// <summary>Looks for what recurs and proposes it; what was found, for people.</summary>
    /// <param name="sessionId">Whose model is asked and whose costs it is; null: none is asked.</param>
    /// <param name="cancellationToken">Ends it before anything was proposed.</param>
    public Task<string> DistillAsync(string? sessionId, CancellationToken cancellationToken) => UnderLeaseAsync(Distiller, async () =>
    {
        var since = clock.GetUtcNow() - TimeSpan.FromDays(WindowDays);
        var recent = sessions.List(new SessionQuery(Roots: true, Start: since, Limit: MostSessions), project.Id);
        var steps = recent.Select(session => Distill.Read(session.Id, sessions.Export(session.Id).Messages)).ToList();
        var reply = steps.Count < Distill.LeastSessions ? new UpkeepReply(null, null) : await model.AskAsync(Distiller, sessionId, DistillAnswer.Describe(steps), cancellationToken);
        var drafts = DistillAnswer.Read(reply.Text ?? "", steps) ?? DraftsOf(steps);
        var added = drafts.Where(proposals.Add).Select(draft => $"{draft.Name} ({draft.Form.Name})").ToList();
        return Remark(reply) + (added.Count is 0
            ? string.Create(CultureInfo.InvariantCulture, $"Nothing new recurs in the {recent.Length} sessions of the last {WindowDays} days.")
            : $"Proposed: {string.Join(", ", added)}. mimo memory review shows what waits; nothing is active until you accept it.");
    }, cancellationToken);

    private static IEnumerable<ProposalDraft> DraftsOf(List<SessionSteps> sessions)
    {
        var workflows = Distill.Find([.. sessions.Where(session => session.Steps.Length > 0)]);
        return [.. workflows.Select(Drafts.Of), .. Distill.FindPrompts(sessions, workflows).Select(Drafts.Of)];
    }

    /// <summary>Writes what was dreamt, unless somebody wrote to the memory meanwhile.</summary>
    private async Task<string> CommitAsync(string before, Dreamt dreamt, CancellationToken cancellationToken)
    {
        var lease = await leases.TryAcquireAsync("memory:" + project.Id, cancellationToken)
            ?? throw new UserException("The memory is being written just now. Try again in a moment.");
        try
        {
            if (MemoryFiles.Read(memory.Project).Text != before)
                throw new UserException("The memory was written to meanwhile, so it was left as it is. Try again.");
            await memory.WriteAsync(memory.Project, dreamt.Text, Dreamer, null, cancellationToken);
            var diff = UnifiedDiff.Between("MEMORY.md", before, dreamt.Text).Text;
            return $"{Told(dreamt)}\n{diff.TrimEnd()}\n\nmimo memory restore project takes it back.";
        }
        finally
        {
            await leases.ReleaseAsync(lease);
        }
    }

    private static string Told(Dreamt dreamt) => string.Concat(dreamt.Changes.Select(change => $"{change.Line.Trim()}\n  {change.Why}\n"));

    private static string Remark(UpkeepReply reply) => reply.Failure is { } failure ? $"No model took part: {failure.TrimEnd('.')}.\n" : "";

    private string? LastSession() => sessions.MostRecentRoot(project.Id)?.Id;

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
