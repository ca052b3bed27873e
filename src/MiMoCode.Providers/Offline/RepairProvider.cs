using System.Runtime.CompilerServices;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Providers.Offline;

/// <summary>
/// The embedded default: not a language model but a program that sees what a model sees, calls the tools that a model calls, and
/// makes failing tests pass by small repairs. Asked anything else it says how to connect a model. All it knows lies in the conversation;
/// it keeps its place in the last one only to save the time of going through it again.
/// </summary>
/// <param name="findText">Looks for a text that replaces the program's own, by its path below assets; null for none.</param>
public sealed class RepairProvider(Func<string, string?>? findText = null) : IProvider
{
    private const int TitleLength = 60;
    private readonly OfflineTexts texts = new(findText);
    private Replay? last;

    /// <summary>How it appears among the models. Its window is as good as endless, since it reads only the messages it needs.</summary>
    public static Model Model { get; } = new("offline", "repair")
    {
        Name = "Offline repair (not a language model)",
        ContextLimit = 50_000_000,
        OutputLimit = 1_000_000,
        Temperature = false,
    };

    /// <inheritdoc />
    public async IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The work is computing: give the caller its thread back first.
        await Task.Yield();
        foreach (var told in Events(Answer(request)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return told;
        }
    }

    private Reply Answer(ModelRequest request)
    {
        var talk = Conversation.Read(request.Messages);
        if (request.Purpose is Purpose.Title)
            return Words(Title(talk.Prompt));
        if (request.Purpose is not (Purpose.Main or Purpose.Candidate) || !talk.AsksForRepair)
            return Words(texts.NeedsModel);
        var missing = ((string[])["glob", "read", "edit", "bash"]).Except(request.Tools.Select(tool => tool.Name)).ToList();
        return missing.Count > 0
            ? Words($"Repairing needs the {(missing.Count is 1 ? "tool" : "tools")} {string.Join(", ", missing)}, which this agent is not given.")
            : GoOn(talk);
    }

    private Reply GoOn(Conversation talk)
    {
        // Taken out while it is used: two conversations may go on at once.
        var replay = Interlocked.Exchange(ref last, null);
        if (replay?.IsBefore(talk) is not true)
            replay = new Replay(talk, new RepairPlan(talk, texts).Moves());
        var reply = replay.Next(talk.Calls);
        last = replay;
        return reply;
    }

    private static IEnumerable<ModelEvent> Events(Reply reply)
    {
        if (reply.Texts.Length > 0)
        {
            yield return new TextDelta(string.Join("\n\n", reply.Texts));
            yield return new PartEnded();
        }

        if (reply.Call is { } call)
        {
            var id = $"call_{reply.Made + 1}";
            yield return new ToolCallStarted(id, call.Tool);
            yield return new ToolCalled(id, call.Tool, call.Input);
        }

        yield return new Finished(reply.Call is null ? StopReason.Done : StopReason.ToolCalls, TokenUsage.None, []);
    }

    private static Reply Words(string text) => new([text], null, 0);

    private static string Title(string prompt)
    {
        var line = prompt.Split('\n')[0].Trim();
        return line.Length is 0 ? "Untitled" : line.Length <= TitleLength ? line : line[..(TitleLength - 1)] + "…";
    }
}
