using System.Collections.Immutable;
using System.Text.Json;

namespace MiMoCode.Providers.Offline;

/// <summary>
/// Runs a plan against the calls that were already made, and stops at the first one that was not. So the plan can be written as if
/// it ran in one go, while all of its state lies in the conversation. A replay that is kept goes on where it stopped.
/// </summary>
internal sealed class Replay(Conversation start, IEnumerable<Move> plan)
{
    private readonly IEnumerator<Move> moves = plan.GetEnumerator();
    private ImmutableArray<PastCall> seen = [];
    private Act? waiting;
    private int position;
    private int made;

    /// <summary>Whether a conversation is this one, with at least one call more.</summary>
    public bool IsBefore(Conversation talk) =>
        waiting is not null && talk.Prompt == start.Prompt && talk.Folder == start.Folder && talk.Calls.Length > seen.Length
        && seen.AsSpan().SequenceEqual(talk.Calls.AsSpan(0, seen.Length), SameCall.Instance);

    /// <summary>What to say and do next.</summary>
    public Reply Next(ImmutableArray<PastCall> past)
    {
        seen = past;
        var said = ImmutableArray.CreateBuilder<string>();
        while (waiting is not null || moves.MoveNext())
        {
            if (waiting is null && moves.Current is Say say)
            {
                said.Add(say.Text);
                continue;
            }

            waiting ??= (Act)moves.Current;
            var found = Find(waiting, past, position);
            if (found < 0)
                return new Reply(said.ToImmutable(), waiting, made);
            waiting.Outcome = past[found].Outcome;
            waiting = null;
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

    private sealed class SameCall : IEqualityComparer<PastCall>
    {
        public static SameCall Instance { get; } = new();

        public bool Equals(PastCall? one, PastCall? other) =>
            ReferenceEquals(one, other) || (one is not null && other is not null && one.Tool == other.Tool && one.Outcome == other.Outcome && JsonElement.DeepEquals(one.Input, other.Input));

        public int GetHashCode(PastCall call) => call.Tool.GetHashCode(StringComparison.Ordinal);
    }
}

/// <summary>The next reply: texts, and the tool call that ends it; without a call the job is over. Made counts the calls before it.</summary>
internal sealed record Reply(ImmutableArray<string> Texts, Act? Call, int Made);
