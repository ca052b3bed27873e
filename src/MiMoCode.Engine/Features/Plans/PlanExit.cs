using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json.Serialization;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Plans;

/// <summary>What the model may say when it calls <see cref="PlanExitTool"/>.</summary>
internal sealed record PlanExitArgs(
    [property: Description("What the plan achieves, in at most 60 characters.")] string Title,
    [property: Description("The whole plan, in Markdown.")] string Plan);

/// <summary>The arguments of the tool, by generated code.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PlanExitArgs))]
internal sealed partial class PlanExitJson : JsonSerializerContext;

/// <summary>
/// Ends planning: keeps the plan beside the session's notes, asks the user, and hands an approved plan to the agent that builds. The
/// model reads plan_exit.md.
/// </summary>
internal sealed class PlanExitTool(AskQuestions ask, Inbox inbox, MemoryFiles memory, TimeProvider clock)
    : Tool<PlanExitArgs>("plan_exit", PlanExitJson.Default.PlanExitArgs)
{
    /// <summary>The name that the model calls it by.</summary>
    public const string Name = "plan_exit";

    private const string Planner = "plan", Builder = "build", Approve = "Carry it out", GoOn = "Keep planning";

    /// <summary>Where the plan of a session is kept.</summary>
    public static string FileOf(MemoryFiles memory, string rootId) => Path.Combine(memory.SessionFolder(rootId), "plan.md");

    protected override ValueTask<ToolPlan> PlanAsync(PlanExitArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        if (context.Session.Turn.Agent is not Planner || context.Session.Info.ParentId is not null)
            throw new ToolException("You are not planning: there is nothing to end. Go on with the work.");
        if (string.IsNullOrWhiteSpace(args.Plan))
            throw new ToolException("plan is empty. Give the whole plan, as it is to be carried out.");
        return new(new ToolPlan([new Access(Name, "*", "*", new TextDetails(args.Plan))], stopping => AskAsync(args, context, stopping)));
    }

    private async Task<ToolResult> AskAsync(PlanExitArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        var session = context.Session;
        var path = FileOf(memory, session.RootId);
        await memory.WriteAsync(path, args.Plan.Trim() + "\n", Planner, session.Id, cancellationToken);
        context.Report(new TextDetails(args.Plan));
        var question = new Question(
            $"Carry out this plan? {args.Title}", "Plan",
            [new QuestionOption(Approve, "The build agent takes over and does it."), new QuestionOption(GoOn, "Nothing is changed yet; say what is missing.")]);
        var answers = await ask(new QuestionRequest(Ids.Question(clock), session.Id, [question], new AskedBy(context.Call.MessageId, context.Call.CallId)), cancellationToken)
            ?? throw new ToolException($"Nobody is there to approve the plan. It is kept in {path}; the work stops here until somebody does.", endsTurn: true);
        if (!answers.Any(chosen => chosen.Contains(Approve)))
            return new ToolResult($"The user does not want it carried out yet: {Said(answers)}. Change the plan, and present it again.", "Not approved", new TextDetails(args.Plan));

        var message = UserMessages.Create(
            session.Id, Builder, session.Turn.Model.Ref with { Variant = session.Turn.Variant },
            $"The plan is approved. Carry it out now, step by step, and verify each step. It is kept in {path}.", synthetic: true, clock);
        await inbox.EnqueueAsync(session.Id, message, Delivery.NextStep, cancellationToken);
        return new ToolResult("The user approved the plan.", $"Approved: {args.Title}", new TextDetails(args.Plan));
    }

    private static string Said(ImmutableArray<ImmutableArray<string>> answers) =>
        string.Join(", ", answers.SelectMany(chosen => chosen)) is { Length: > 0 } said ? said : GoOn;
}
