using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Output;

/// <summary>Tells the model which form its last answer must have.</summary>
internal sealed class OutputFormatSource(Assets assets) : IContextSource
{
    private const int TokenCap = 16_000;

    public Place Place => Place.Reminder;

    public ValueTask ContributeAsync(RequestBuilder request, Session session, CancellationToken cancellationToken)
    {
        // A reminder is stored once for its id; each prompt has to be told anew.
        if (session.Turn.Format is JsonSchemaFormat format && session.Prompt is { } prompt)
        {
            request.Add(
                $"output-format-{prompt.Id}",
                assets.Read("prompts/output-format.md", ("schema", format.Schema.GetRawText())).Trim(), TokenCap);
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>Lets a turn end only with an answer that fits the schema of its prompt, and keeps the value with the message.</summary>
internal sealed class OutputGate(SessionLog log) : IStepGate
{
    private const int Retries = 2, MostProblems = 20;

    public async ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken)
    {
        if (!step.ModelIsDone || step.Session.Turn.Format is not JsonSchemaFormat format || step.Reply.Info is not AssistantMessage reply)
            return Pass.Instance;
        var answer = step.Reply.Parts.OfType<TextPart>().LastOrDefault()?.Text ?? "";
        var (value, problems) = OutputSchema.Read(format, answer);
        if (value is not null)
        {
            await log.StoreAsync(step.Session, new MessageUpdated(reply with { Structured = value }) { SessionId = step.Session.Id });
            return Pass.Instance;
        }

        var most = format.RetryCount ?? Retries;
        var listed = string.Join('\n', problems.Take(MostProblems).Select(problem => $"- {problem}"));
        if (Sent(step.Session) < most)
            return new GoOn(Cause, $"{Opening}\n{listed}\nAnswer again with the JSON value alone.") { AtMost = most };
        var text = $"The answer does not fit its schema after {most + 1} tries: {string.Join("; ", problems.Take(3))}.";
        await log.StoreAsync(step.Session, new MessageUpdated(reply with { Error = MessageError.Of(MessageError.StructuredOutput, text) }) { SessionId = step.Session.Id });
        return new Stop(StopReason.Failed, text);
    }

    private const string Cause = "the output schema", Opening = "Your answer does not fit the schema:";

    /// <summary>How often this prompt's answer was sent back.</summary>
    private static int Sent(Session session)
    {
        var sent = 0;
        foreach (var entry in Enumerable.Reverse(session.History).Where(entry => entry.Info is UserMessage))
        {
            if (entry.Parts is not [TextPart { Synthetic: true } text, ..])
                break;
            if (text.Text.StartsWith(Opening, StringComparison.Ordinal))
                sent++;
        }

        return sent;
    }
}
