using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Repetition;

/// <summary>
/// Notices a model that goes in circles: the same calls with the same results, two or three steps in turn, or a reply that was stopped
/// because it said one thing without end. All of these draw on one budget: told twice, then the turn is paused for a person.
/// </summary>
internal sealed class RepetitionGate : IStepGate
{
    /// <summary>Rounds that make a circle, how long one may be, hits that are forgiven, and the steps after which they are forgotten.</summary>
    private const int Rounds = 3, LongestRound = 3, Forgiven = 2, ForgottenAfter = 20;

    private readonly ConditionalWeakTable<Session, Trace> traces = [];

    public ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken)
    {
        var trace = traces.GetOrCreateValue(step.Session);
        if (step.Number is 1)
            trace.Clear();
        if (trace.Add(step) is not { } circle)
            return new(Pass.Instance);
        return new(trace.Hits > Forgiven
            ? new Stop(StopReason.NeedsPerson, $"The agent goes in circles and is paused: {circle}. Say what it should do instead.")
            : new GoOn("repetition", $"You go in circles: {circle}. Doing it again will not help. {Advice(trace.Hits)}"));
    }

    private static string Advice(int hits) => hits is 1
        ? "Look at what the results say, and go another way."
        : "Stop and think: what do you want to find out or change, and what has not been tried? If you cannot go on, say why and end your turn.";

    private sealed class Trace
    {
        private readonly List<string> steps = [];
        private int lastHit;
        private int number;

        public int Hits { get; private set; }

        public void Clear()
        {
            steps.Clear();
            (Hits, lastHit, number) = (0, 0, 0);
        }

        /// <summary>What repeats itself, in words; null while nothing does.</summary>
        public string? Add(Step step)
        {
            number++;
            var found = IsEndless(step) ? "your reply repeated the same words without end and was cut off" : FindCircle(step);
            if (found is null)
                return null;
            Hits = number - lastHit > ForgottenAfter ? 1 : Hits + 1;
            lastHit = number;
            return found;
        }

        private string? FindCircle(Step step)
        {
            var calls = step.Reply.Parts.OfType<ToolPart>().ToList();
            if (calls.Count is 0)
            {
                steps.Clear();
                return null;
            }

            steps.Add(Signature(calls));
            for (var round = 1; round <= LongestRound; round++)
            {
                if (Repeats(round))
                {
                    return round is 1
                        ? $"{calls[^1].Tool} was called {Rounds} times in a row with the same input and the same result"
                        : $"the same {round} steps came {Rounds} times in turn with the same results";
                }
            }

            return null;
        }

        private bool Repeats(int round)
        {
            var (count, span) = (steps.Count, round * Rounds);
            return count >= span && Enumerable.Range(count - span + round, span - round).All(at => steps[at] == steps[at - round]);
        }

        private static bool IsEndless(Step step) => step.Reply.Info is AssistantMessage { Error.Name: MessageError.Repetition };

        private static string Signature(List<ToolPart> calls)
        {
            var text = new StringBuilder();
            foreach (var call in calls)
            {
                text.Append(call.Tool).Append('\0').Append(call.State.Input.GetRawText()).Append('\0').Append(call.State switch
                {
                    ToolCompleted done => done.Output,
                    ToolFailed failed => failed.Error,
                    _ => "",
                }).Append('\0');
            }

            return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        }
    }
}
