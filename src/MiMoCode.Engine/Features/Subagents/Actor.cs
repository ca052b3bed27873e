using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json.Serialization;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Subagents;

/// <summary>What the model may say when it calls <see cref="ActorTool"/>.</summary>
internal sealed record ActorArgs(
    [property: Description("run: start and wait for the result; spawn: start in the background; status: how one or all stand; wait: for the result; cancel: end it; send: tell it more while it works.")] ActorAction Action,
    [property: Description("For run and spawn: the agent to start.")] string? Agent = null,
    [property: Description("For run and spawn: the whole task. For send: the message.")] string? Prompt = null,
    [property: Description("The subagent, as an earlier result named it. With run and spawn it goes on in that one.")] string? Id = null,
    [property: Description("What it sees of this conversation: none, state (requests, list of things to do, last words) or full.")] ParentContext Context = ParentContext.None,
    [property: Description("The work in three to six words, for people.")] string? Description = null,
    [property: Description("For run and spawn: the task of your list that it is to do, as T2. It is the subagent's from then on.")] string? Task = null,
    [property: Description("For run and wait: milliseconds to wait at the most; 1800000 when left out. It works on afterwards, and its result comes as a message.")] int? Timeout = null);

/// <summary>What to do with a subagent.</summary>
internal enum ActorAction
{
    [JsonStringEnumMemberName("run")] Run,
    [JsonStringEnumMemberName("spawn")] Spawn,
    [JsonStringEnumMemberName("status")] Status,
    [JsonStringEnumMemberName("wait")] Wait,
    [JsonStringEnumMemberName("cancel")] Cancel,
    [JsonStringEnumMemberName("send")] Send,
}

/// <summary>The arguments of the tool, by generated code.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ActorArgs))]
internal sealed partial class ActorJson : JsonSerializerContext;

/// <summary>Gives work to subagents. The model reads actor.md.</summary>
internal sealed class ActorTool(SubagentRuns runs, int depth, TimeProvider clock) : Tool<ActorArgs>("actor", ActorJson.Default.ActorArgs)
{
    /// <summary>The name that the model calls it by.</summary>
    public const string Name = "actor";

    private const int DefaultWait = 1_800_000;

    /// <summary>Whether agents in a session may start others, when they may do so down to this depth.</summary>
    public static bool IsOffered(SessionInfo session, int depth) => Starters.Of(session).Length < depth;

    protected override ValueTask<ToolPlan> PlanAsync(ActorArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        if (!IsOffered(context.Session.Info, depth))
            throw new ToolException("A subagent cannot start others. Do the work yourself, or say in your report what is left.");
        var access = new Access(Name, args.Agent ?? args.Id ?? "*", args.Agent ?? args.Id ?? "*", new TextDetails(args.Prompt ?? args.Action.ToString()));
        return new(new ToolPlan([access], stopping => RunAsync(args, context, stopping), Exclusive: false));
    }

    private Task<ToolResult> RunAsync(ActorArgs args, ToolContext context, CancellationToken cancellationToken) => args.Action switch
    {
        ActorAction.Run or ActorAction.Spawn => StartAsync(args, context, cancellationToken),
        ActorAction.Wait => WaitAsync(args, context, cancellationToken),
        ActorAction.Cancel => CancelAsync(args, context),
        ActorAction.Send => SendAsync(args, context, cancellationToken),
        _ => Task.FromResult(Status(args, context)),
    };

    private async Task<ToolResult> StartAsync(ActorArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(args.Prompt) || (args.Agent is null && args.Id is null))
            throw new ToolException("run and spawn need a prompt, and the agent to start or the id of one to go on with.");
        var background = args.Action is ActorAction.Spawn;
        var run = await runs.StartAsync(
            context.Session,
            new RunRequest(
                args.Agent ?? "", args.Prompt, args.Description ?? FirstLine(args.Prompt), args.Id, args.Context, background, context.Call.CallId, args.Task),
            cancellationToken);
        context.Report(new TextDetails($"{run.Child.Slug}: {run.Child.Title}"));
        return background
            ? new ToolResult(
                $"Started as {run.Child.Slug}. Its result will come to you as a message; go on with other work meanwhile.", Title(run.Child), Shown(run.Child, "running"))
            : await FollowAsync(run, args, cancellationToken);
    }

    /// <summary>Waits for a result in the foreground: whoever stops the call stops the subagent.</summary>
    private async Task<ToolResult> FollowAsync(LiveRun run, ActorArgs args, CancellationToken cancellationToken)
    {
        try
        {
            return Result(run.Child, await run.WaitAsync(TimeOf(args), clock, cancellationToken));
        }
        catch (TimeoutException)
        {
            run.Leave();
            return StillRunning(run.Child);
        }
        catch (OperationCanceledException)
        {
            await runs.CancelAsync(run);
            throw;
        }
    }

    private async Task<ToolResult> WaitAsync(ActorArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        var (child, row, run) = Find(args, context);
        if (run is null)
            return Result(child, EndOf(row));
        try
        {
            return Result(child, await run.WaitAsync(TimeOf(args), clock, cancellationToken));
        }
        catch (TimeoutException)
        {
            return StillRunning(child);
        }
    }

    private async Task<ToolResult> CancelAsync(ActorArgs args, ToolContext context)
    {
        var (child, row, run) = Find(args, context);
        if (run is null)
            return new ToolResult($"{child.Slug} was not at work: it is {Word(row.State)}.", Title(child), Shown(child, Word(row.State)));
        await runs.CancelAsync(run);
        return new ToolResult($"{child.Slug} was ended. Its id still resumes it.", Title(child), Shown(child, "cancelled"));
    }

    private async Task<ToolResult> SendAsync(ActorArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(args.Prompt))
            throw new ToolException("send needs the message as prompt.");
        var (child, _, run) = Find(args, context);
        if (run is null)
            throw new ToolException($"{child.Slug} is not at work any more. Use run or spawn with its id to go on with it.");
        await runs.SendAsync(run, args.Prompt, cancellationToken);
        return new ToolResult($"{child.Slug} reads it before its next step.", Title(child), Shown(child, "running"));
    }

    private ToolResult Status(ActorArgs args, ToolContext context)
    {
        var all = args.Id is null ? runs.List(context.Session.Id) : [(Find(args, context).Child, Find(args, context).Run)];
        var table = all.Select(each => ImmutableArray.Create(each.Child.Slug, StateOf(each.Child, each.Run), each.Child.Title)).ToImmutableArray();
        var text = table.IsEmpty ? "No subagent was started here." : string.Join('\n', table.Select(row => string.Join("  ", row)));
        return new ToolResult(text, $"{table.Length} subagents", new TableDetails(["id", "state", "work"], table));
    }

    private (SessionInfo Child, RunRow Run, LiveRun? Live) Find(ActorArgs args, ToolContext context) =>
        args.Id is null
            ? throw new ToolException("id is missing. Use the action status to see the subagents.")
            : runs.Find(context.Session.Id, args.Id) ?? throw new ToolException($"There is no subagent {args.Id} here. Use the action status to see them.");

    /// <summary>A result; a subagent that failed is a failed call.</summary>
    private ToolResult Result(SessionInfo child, RunEnd end)
    {
        var text = SubagentText.ResultOf(child, end, runs.LastWords(child.Id));
        return end.State is RunState.Failed
            ? throw new ToolException(text)
            : new ToolResult(text, Title(child), Shown(child, end.Outcome ?? Word(end.State)));
    }

    private string StateOf(SessionInfo child, RunRow row)
    {
        var quiet = clock.GetUtcNow() - child.Time.Updated;
        return row.State is RunState.Running && quiet > SubagentRuns.Stalled
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"running, but silent for {quiet.TotalMinutes:0} minutes")
            : row.Outcome is null ? Word(row.State) : $"{Word(row.State)}, {row.Outcome}";
    }

    private static ToolResult StillRunning(SessionInfo child) =>
        new($"{child.Slug} is still at work. Its result will come to you as a message; cancel it if you do not need it.", Title(child), Shown(child, "running"));

    private static TableDetails Shown(SessionInfo child, string state) =>
        new(["id", "session", "state"], [[child.Slug, child.Id, state]]);

    private static RunEnd EndOf(RunRow row) => new(row.State, row.Outcome, row.Summary, row.Error);

    private static TimeSpan TimeOf(ActorArgs args) => TimeSpan.FromMilliseconds(Math.Clamp(args.Timeout ?? DefaultWait, 1, 24 * 3_600_000));

    private static string Title(SessionInfo child) => $"{child.Slug}: {child.Title}";

    private static string FirstLine(string prompt) => prompt.Trim().Split('\n')[0] is var line && line.Length > 60 ? line[..60] + "…" : line;

    private static string Word(RunState state) => state.ToString().ToLowerInvariant();
}
