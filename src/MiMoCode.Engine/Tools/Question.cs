using System.Collections.Immutable;
using System.ComponentModel;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Tools;

/// <summary>What the model may say when it calls <see cref="QuestionTool"/>.</summary>
internal sealed record QuestionArgs(
    [property: Description("The questions, asked together.")] ImmutableArray<AskedQuestion> Questions);

/// <summary>One question to the user.</summary>
internal sealed record AskedQuestion(
    [property: Description("The whole question.")] string Question,
    [property: Description("What it is about, in at most 30 characters.")] string Header,
    [property: Description("Possible answers; the user may always write another.")] ImmutableArray<AnswerOption> Options,
    [property: Description("More than one answer may be chosen.")] bool Multiple = false);

/// <summary>A possible answer.</summary>
internal sealed record AnswerOption(
    [property: Description("The answer, in one to five words.")] string Label,
    [property: Description("What choosing it means.")] string Description = "");

/// <summary>Asks people; the chosen labels question by question, or null when nobody answers.</summary>
internal delegate Task<ImmutableArray<ImmutableArray<string>>?> AskQuestions(QuestionRequest request, CancellationToken cancellationToken);

/// <summary>Asks the user. The model reads question.md.</summary>
internal sealed class QuestionTool(AskQuestions ask, TimeProvider clock) : Tool<QuestionArgs>(Name, ToolJson.Default.QuestionArgs)
{
    /// <summary>The name that the model calls it by.</summary>
    public const string Name = "question";

    protected override ValueTask<ToolPlan> PlanAsync(QuestionArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        if (args.Questions.IsDefaultOrEmpty || args.Questions.Any(question => string.IsNullOrWhiteSpace(question.Question)))
            throw new ToolException("questions is empty or holds an empty question. Ask something, or go on without asking.");
        return new(new ToolPlan([new Access("question", "*", "*")], stopping => AskAsync(args, context, stopping)));
    }

    private async Task<ToolResult> AskAsync(QuestionArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        var request = new QuestionRequest(
            Ids.Question(clock), context.Session.Id, [.. args.Questions.Select(QuestionOf)], new AskedBy(context.Call.MessageId, context.Call.CallId));
        var answers = await ask(request, cancellationToken)
            ?? throw new ToolException("Nobody answered the question, so the work stops here until somebody does.", endsTurn: true);

        var rows = args.Questions.Select((question, i) => ImmutableArray.Create(question.Question, AnswerOf(answers, i))).ToImmutableArray();
        return new ToolResult(
            string.Join('\n', rows.Select(row => $"{row[0]}\n  The user: {row[1]}")),
            args.Questions.Length == 1 ? args.Questions[0].Header : $"{args.Questions.Length} questions",
            new TableDetails(["question", "answer"], rows));
    }

    private static string AnswerOf(ImmutableArray<ImmutableArray<string>> answers, int index) =>
        index < answers.Length && answers[index].Length > 0 ? string.Join(", ", answers[index]) : "(no answer)";

    private static Question QuestionOf(AskedQuestion asked) => new(
        asked.Question, asked.Header, [.. (asked.Options.IsDefault ? [] : asked.Options).Select(option => new QuestionOption(option.Label, option.Description))],
        asked.Multiple ? true : null);
}
