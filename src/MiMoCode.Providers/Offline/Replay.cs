using System.Collections.Immutable;

namespace MiMoCode.Providers.Offline;

/// <summary>
/// Runs a plan against the calls that were already made, and stops at the first one that was not. So the plan can be written as if
/// it ran in one go, while all of its state lies in the conversation.
/// </summary>
internal static class Replay
{
    /// <summary>What to say and do next.</summary>
    public static Reply Next(IEnumerable<Move> plan, ImmutableArray<PastCall> past)
    {
        var said = ImmutableArray.CreateBuilder<string>();
        var position = 0;
        var made = 0;
        foreach (var move in plan)
        {
            if (move is Say say)
            {
                said.Add(say.Text);
                continue;
            }

            var act = (Act)move;
            var found = Find(act, past, position);
            if (found < 0)
                return new Reply(said.ToImmutable(), act, made);
            act.Outcome = past[found].Outcome;
            position = found + 1;
            made++;
            said.Clear();
        }

        return new Reply(said.ToImmutable(), null, made);
    }

    /// <summary>Calls that the plan does not know, for instance another version's, are passed over.</summary>
    private static int Find(Act act, ImmutableArray<PastCall> past, int from)
    {
        for (var index = from; index < past.Length; index++)
        {
            if (act.Is(past[index]))
                return index;
        }

        return -1;
    }
}

/// <summary>The next reply: texts, and the tool call that ends it; without a call the job is over. Made counts the calls before it.</summary>
internal sealed record Reply(ImmutableArray<string> Texts, Act? Call, int Made);
