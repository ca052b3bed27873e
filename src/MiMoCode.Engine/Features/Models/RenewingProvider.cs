using System.Runtime.CompilerServices;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Models;

/// <summary>Asks with a token that is good now. One that is refused all the same is renewed once, and the request made again.</summary>
internal sealed class RenewingProvider(string providerId, AccessTokens tokens, Func<string, IProvider> create) : IProvider
{
    private (string Token, IProvider Provider)? made;

    public async IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? refused = null;
        for (var isLast = false; ; isLast = true)
        {
            var (token, failure) = await tokens.GetAsync(providerId, refused, cancellationToken);
            if (token is null)
            {
                yield return new Finished(StopReason.Failed, TokenUsage.None, [], failure);
                yield break;
            }

            var isRefused = false;
            await foreach (var told in With(token).StreamAsync(request, cancellationToken))
            {
                isRefused = !isLast && told is Finished { Failure: { Kind: FailureKind.Auth, StatusCode: 401 } };
                if (!isRefused)
                    yield return told;
            }

            if (!isRefused)
                yield break;
            refused = token;
        }
    }

    // The bytes that it made of earlier messages serve as long as the token does.
    private IProvider With(string token)
    {
        if (made is { } last && last.Token == token)
            return last.Provider;
        var provider = create(token);
        made = (token, provider);
        return provider;
    }
}
