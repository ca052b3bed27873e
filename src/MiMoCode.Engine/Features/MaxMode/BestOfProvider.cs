using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.MaxMode;

/// <summary>
/// Asks the same model for several replies that go different ways, lets it judge them, and tells the best one as if it had been the
/// only one. The loop cannot tell, so that the winner's calls run once and the others' never. Everything is billed.
/// </summary>
internal sealed class BestOfProvider(IProvider inner, int candidates, Assets assets, TimeProvider clock) : IProvider
{
    private const int CharactersPerToken = 4, DefaultWindow = 128_000, LeastForJudge = 8_000;

    /// <summary>What the judge reads is not in the cache, so it reads at most this share of the request: its beginning and its end.</summary>
    private const double ConversationShare = 0.35, CandidatesShare = 0.1;

    public async IAsyncEnumerable<ModelEvent> StreamAsync(
        ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var replies = await AskAsync(request, cancellationToken);
        var usable = replies.Where(reply => reply.IsUsable).ToList();
        var verdict = usable.Count > 1 ? await JudgeAsync(request, usable, cancellationToken) : null;
        var winner = verdict is { IsUsable: true } && Choice(verdict.Text, usable.Count) is { } index
            ? usable[index]
            : usable.FirstOrDefault() ?? replies[0];

        foreach (var told in winner.Events)
            yield return told;
        yield return winner.End with { Billed = [.. replies.SelectMany(reply => reply.End.Billed), .. verdict?.End.Billed ?? []] };
    }

    /// <summary>All candidates. The first goes ahead: once it answers, the prefix that all share lies in the provider's cache.</summary>
    private async Task<CollectedReply[]> AskAsync(ModelRequest request, CancellationToken cancellationToken)
    {
        var begun = new TaskCompletionSource();
        var ways = assets.Read("prompts/max-mode-ways.md").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var first = CollectedReply.CollectAsync(inner, Candidate(request, null), begun, cancellationToken);
        await Task.WhenAny(begun.Task, first);
        var others = Enumerable.Range(0, candidates - 1)
            .Select(number => CollectedReply.CollectAsync(inner, Candidate(request, ways[number % ways.Length]), null, cancellationToken));
        return await Task.WhenAll(others.Prepend(first));
    }

    /// <summary>The request with one more message at its end, so that all before it stays the same.</summary>
    private ModelRequest Candidate(ModelRequest request, string? way) => request with
    {
        Purpose = Purpose.Candidate,
        Messages = way is null ? request.Messages : request.Messages.Add(Ask(request, way)),
    };

    private Task<CollectedReply> JudgeAsync(ModelRequest request, List<CollectedReply> usable, CancellationToken cancellationToken)
    {
        var conversation = ConversationText.Of(request.Messages, int.MaxValue);
        var size = conversation.Length + request.System.Length + request.Tools.Sum(tool => tool.InputSchema.GetRawText().Length + tool.Description.Length);
        var text = new StringBuilder("<conversation>\n")
            .Append(ConversationText.Shorten(conversation, RoomFor(request, size, ConversationShare))).Append("\n</conversation>\n");
        for (var number = 1; number <= usable.Count; number++)
            text.Append(CultureInfo.InvariantCulture, $"\n<candidate number=\"{number}\">\n{usable[number - 1].Describe(RoomFor(request, size, CandidatesShare) / usable.Count)}\n</candidate>\n");
        text.Append(CultureInfo.InvariantCulture, $"\nWhich candidate is the best next step? Answer with its number, 1 to {usable.Count}, alone.");
        var question = request with
        {
            System = assets.Read("prompts/max-mode-judge.md").Trim(),
            Messages = [Ask(request, text.ToString())],
            Tools = [],
            ToolChoice = ToolChoice.Auto,
            Purpose = Purpose.Judge,
        };
        return CollectedReply.CollectAsync(inner, question, null, cancellationToken);
    }

    /// <summary>Characters for a share of a request of this size, as far as the window allows.</summary>
    private static int RoomFor(ModelRequest request, int size, double share)
    {
        var window = Math.Min(request.Model.ContextLimit is > 0 and var limit ? limit : DefaultWindow, 1_000_000);
        return Math.Clamp((int)(size * share), LeastForJudge, Math.Max(LeastForJudge, window * CharactersPerToken / 2));
    }

    /// <summary>The candidate that the judge named; null when it named none.</summary>
    private static int? Choice(string answer, int count)
    {
        var digits = new string([.. answer.SkipWhile(letter => !char.IsAsciiDigit(letter)).TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= count
            ? number - 1
            : null;
    }

    // It is seen by the model alone and never stored.
    private MessageWithParts Ask(ModelRequest request, string text)
    {
        var agent = request.Messages.FindLast(message => message.Info is UserMessage)?.Info.Agent ?? "";
        return UserMessages.Create(request.SessionId, agent, request.Model.Ref, text, synthetic: true, clock);
    }
}
