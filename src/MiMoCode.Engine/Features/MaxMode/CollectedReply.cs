using System.Collections.Immutable;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.MaxMode;

/// <summary>A whole reply of a provider, for one who does not stream.</summary>
internal sealed record CollectedReply(ImmutableArray<ModelEvent> Events, Finished End)
{
    /// <summary>It came to its end and says or does something.</summary>
    public bool IsUsable => End.Failure is null && End.Reason is StopReason.Done or StopReason.ToolCalls
        && Events.Any(told => told is TextDelta { Text.Length: > 0 } or ToolCalled);

    public string Text => string.Concat(Events.OfType<TextDelta>().Select(delta => delta.Text));

    /// <summary>What it says and what it would do, for a judge.</summary>
    public string Describe(int maxCharacters) => ConversationText.Shorten(
        string.Join('\n', Events.OfType<ToolCalled>().Select(call => $"[call] {call.Tool} {call.Input.GetRawText()}").Prepend(Text)).Trim(),
        Math.Max(maxCharacters, 2_000));

    /// <summary>Reads a reply to its end. Begun is set when something of it has come.</summary>
    public static async Task<CollectedReply> CollectAsync(
        IProvider provider, ModelRequest request, TaskCompletionSource? begun, CancellationToken cancellationToken)
    {
        var events = ImmutableArray.CreateBuilder<ModelEvent>();
        await foreach (var told in provider.StreamAsync(request, cancellationToken))
        {
            switch (told)
            {
                case Finished finished:
                    return new CollectedReply(events.ToImmutable(), finished);
                case Restarted:
                    events.Clear();
                    break;
                case not Retrying:
                    begun?.TrySetResult();
                    events.Add(told);
                    break;
            }
        }

        throw new InvalidOperationException("A provider ended its stream without Finished.");
    }
}
