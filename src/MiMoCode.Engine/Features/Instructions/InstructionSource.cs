using MiMoCode.Engine.Loop;

namespace MiMoCode.Engine.Features.Instructions;

/// <summary>Puts the instruction files into the head of the window.</summary>
internal sealed class InstructionSource(InstructionFiles files) : IContextSource
{
    private const int TokenCap = 16_000;

    public Place Place => Place.Head;

    public ValueTask ContributeAsync(RequestBuilder request, Session session, CancellationToken cancellationToken)
    {
        var texts = files.Read();
        if (!texts.IsEmpty)
            request.Add("instructions", string.Join("\n\n", texts), TokenCap);
        return ValueTask.CompletedTask;
    }
}
