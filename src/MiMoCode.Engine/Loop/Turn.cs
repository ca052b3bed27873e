using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Loop;

/// <summary>Who answers a prompt: the agent, its model and the provider that reaches it.</summary>
internal sealed record Turn(string Agent, Model Model, IProvider Provider)
{
    /// <summary>No prompt has been taken yet.</summary>
    public static Turn None { get; } = new("", new Model("", ""), new NoProvider());

    public string? Variant { get; init; }

    /// <summary>The kind of head its windows have; agents that share a head share its cached prefix.</summary>
    public string HeadKey { get; init; } = "main";

    /// <summary>Steps at the most; null: no limit.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>Which tools the model is shown; decided once per window.</summary>
    public Func<string, bool> Offers { get; init; } = static _ => true;

    /// <summary>The form that the last answer must have; null: any.</summary>
    public OutputFormat? Format { get; init; }

    /// <summary>Settings that go to the provider as they are.</summary>
    public ImmutableDictionary<string, JsonElement> Options { get; init; } = ImmutableDictionary<string, JsonElement>.Empty;

    /// <summary>What its requests are billed as.</summary>
    public Purpose Purpose { get; init; }

    private sealed class NoProvider : IProvider
    {
        public IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("No turn has begun.");
    }
}

/// <summary>Decides who answers a prompt. Throws a <see cref="Protocol.UserException"/> when agent or model do not exist.</summary>
internal delegate ValueTask<Turn> TurnSetup(Session session, UserMessage prompt, CancellationToken cancellationToken);
