using System.Collections.Immutable;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>
/// The web addresses that the user's own layers name for each provider. A key of the user goes only to these and to the
/// catalogue's: otherwise a cloned repository could name an address and collect keys.
/// </summary>
internal sealed class OwnAddresses(ImmutableArray<Layer> layers)
{
    private readonly ImmutableArray<Layer> own = [.. layers.Where(layer => !layer.FromProject)];

    /// <summary>May a key that the user stored, or set in the environment, be sent to this address of the provider?</summary>
    /// <param name="providerId">The provider.</param>
    /// <param name="address">Where the request would go.</param>
    /// <param name="catalogue">Addresses that the built-in catalogue knows for the provider.</param>
    public bool Allow(string providerId, string address, params ReadOnlySpan<string?> catalogue)
    {
        var origin = Origin(address);
        foreach (var known in catalogue)
        {
            if (origin is not null && Origin(known) == origin)
                return true;
        }

        return origin is not null && Named(providerId).Contains(origin);
    }

    /// <summary>Takes from a project's layer the addresses that would receive a key or headers which the user's own files hold.</summary>
    public ObjectNode Guard(ObjectNode project, ICollection<Notice> notices)
    {
        if (project["provider"] is not ObjectNode providers)
            return project;
        foreach (var provider in providers.Members)
        {
            if (provider.Value is ObjectNode value && HoldsKey(provider.Name))
                providers = providers.With(provider.Name, Guard(value, provider.Name, Named(provider.Name), notices));
        }

        return project.With("provider", providers);
    }

    private static ObjectNode Guard(ObjectNode node, string provider, HashSet<string> named, ICollection<Notice> notices)
    {
        foreach (var member in node.Members)
        {
            if (member.Value is ObjectNode inner)
            {
                node = node.With(member.Name, Guard(inner, provider, named, notices));
            }
            else if (member.Name is "baseURL" or "api" && member.Value is TextNode text && !named.Contains(Origin(text.Text) ?? ""))
            {
                notices.Add(new(NoticeKind.Warning, member.Place,
                    $"dropped: {text.Text} would receive your key for {provider}; name the address in your own settings if that is right"));
                node = node.Without(member.Name);
            }
        }

        return node;
    }

    private bool HoldsKey(string providerId) => Options(providerId).Any(options =>
        options["apiKey"] is not null || options["headers"] is not null);

    private HashSet<string> Named(string providerId) =>
        [.. from layer in own
            let provider = layer.Tree.Find(["provider", providerId])
            where provider is not null
            from address in Addresses(provider)
            let origin = Origin(address)
            where origin is not null
            select origin];

    private IEnumerable<ObjectNode> Options(string providerId) =>
        own.Select(layer => layer.Tree.Find(["provider", providerId, "options"])).OfType<ObjectNode>();

    private static IEnumerable<string> Addresses(Node node) =>
        (node as ObjectNode)?.Members.SelectMany(member => member switch
        {
            { Name: "baseURL" or "api", Value: TextNode text } => [text.Text],
            _ => Addresses(member.Value),
        }) ?? [];

    private static string? Origin(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority).ToLowerInvariant() : null;
}
