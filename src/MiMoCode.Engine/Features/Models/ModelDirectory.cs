using System.Collections.Concurrent;
using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Auth;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Providers;
using MiMoCode.Providers.Catalog;
using MiMoCode.Providers.Decorators;
using MiMoCode.Providers.Http;
using MiMoCode.Providers.Offline;

namespace MiMoCode.Engine.Features.Models;

/// <summary>
/// Which model answers, and how it is reached. Providers are made when they are first used and kept, so that their connections and the
/// bytes they made of earlier messages serve again.
/// </summary>
internal sealed class ModelDirectory : IDisposable
{
    private const string LastModel = "model.last";
    private readonly LoadedConfig config;
    private readonly EnvironmentVariables environment;
    private readonly AuthStore auth;
    private readonly StateStore state;
    private readonly TimeProvider clock;
    private readonly HttpMessageHandler handler = Transport.CreateHandler();
    private readonly ProviderFactory factory;
    private readonly AccessTokens tokens;
    private readonly OwnAddresses addresses;
    private readonly ModelGroups groups;
    private readonly ModelCatalog known;
    private readonly ConcurrentDictionary<string, IProvider> made = new();

    public ModelDirectory(
        LoadedConfig config, EnvironmentVariables environment, Folders folders, AuthStore auth, StateStore state, TimeProvider clock)
    {
        (this.config, this.environment, this.auth, this.state, this.clock) = (config, environment, auth, state, clock);
        factory = new ProviderFactory(handler, clock);
        tokens = new AccessTokens(auth, handler, clock);
        addresses = new OwnAddresses(config.Layers);
        groups = new ModelGroups(config.Config.ModelGroups);
        Files = new CatalogueFiles(environment, folders, clock);
        known = Files.Open();
        Catalog = new ConfiguredCatalog(known, config.Config.Provider);
    }

    /// <summary>Where the catalogue comes from.</summary>
    public CatalogueFiles Files { get; }

    /// <summary>All providers and models that are known.</summary>
    public ConfiguredCatalog Catalog { get; }

    /// <summary>
    /// Named on the command line, by the session, in the configuration, used last, reachable with a stored key or one of the
    /// environment, served on this machine, else the repairer that is built in. Never a silent switch to something remote.
    /// </summary>
    public async Task<ModelChoice> ChooseAsync(ModelRef? named, SessionModel? ofSession, CancellationToken cancellationToken)
    {
        if (named is not null)
            return new ModelChoice(Known(named), "named with --model");
        if (ofSession is not null)
            return new ModelChoice(new ModelRef(ofSession.ProviderId, ofSession.Id, ofSession.Variant), "the session's");
        if (config.Config.Model is { } configured && groups.Resolve(configured) is { } preferred)
            return new ModelChoice(Known(preferred), "from the configuration");
        if (state.Get("", LastModel) is { } last && ModelRef.Parse(last) is { } used && IsReachable(used))
            return new ModelChoice(used, "used last");
        if (WithKey() is { } keyed)
            return keyed;
        return await new LocalServers(handler, clock).FindAsync(cancellationToken) is { } local
            ? new ModelChoice(local, "served on this machine")
            : new ModelChoice(RepairProvider.Model.Ref, "no model is connected: mimo auth login connects one");
    }

    /// <summary>A model by its name or by the name of a group; null for a tier that nobody set up, which is any model.</summary>
    /// <exception cref="UserException">It is neither.</exception>
    public ModelRef? Resolve(string name, string? near = null) => groups.Resolve(name, near);

    /// <summary>The model for small jobs: the one of the settings, or of the group lite; null where the session's own does them.</summary>
    public ModelRef? Small(string? near = null) => groups.Resolve(config.Config.SmallModel ?? "lite", near);

    /// <summary>Asks an endpoint which models it has, and keeps what it says.</summary>
    /// <exception cref="UserException">The provider is not known, or its endpoint does not say.</exception>
    public async Task<int> DiscoverAsync(string providerId, CancellationToken cancellationToken)
    {
        var entry = EntryOf(providerId) ?? throw UserException.NotFound("provider", providerId);
        var credential = CredentialOf(entry);
        if (credential is not null && IsRenewed(entry) && (await tokens.GetAsync(entry.Id, null, cancellationToken)).Token is { } token)
            credential = credential with { Key = token };
        var (found, failure) = await new ModelDiscovery(handler).ListAsync(entry, credential, cancellationToken);
        if (failure is not null)
            throw new UserException(failure.Message, exitCode: 1);
        await Files.KeepAsync(providerId, found, cancellationToken);
        return found.Length;
    }

    /// <summary>Fetches the catalogue anew.</summary>
    /// <exception cref="UserException">It cannot be had.</exception>
    public Task<int> FetchAsync(CancellationToken cancellationToken) => Files.FetchAsync(handler, cancellationToken);

    /// <summary>All models that take tools, for menus, with the repairer that is built in.</summary>
    public ImmutableArray<ModelSummary> Summaries() =>
    [
        new(RepairProvider.Model.Ref, RepairProvider.Model.Name, RepairProvider.Model.ContextLimit, Usable: true),
        .. from id in Catalog.Ids.Order(StringComparer.Ordinal)
           let entry = Catalog.Find(id)
           where entry is not null
           let usable = IsUsable(entry)
           from model in entry.Models.Values.OrderBy(model => model.Id, StringComparer.Ordinal)
           where model.Tools
           select new ModelSummary(model.Ref, model.Name, model.ContextLimit, usable),
    ];

    /// <summary>All providers with their models, and which of them can be used now.</summary>
    public ProviderList Providers()
    {
        var repair = new ProviderEntry(RepairProvider.Model.ProviderId)
        {
            Name = RepairProvider.Model.Name,
            Models = ImmutableDictionary<string, Model>.Empty.Add(RepairProvider.Model.Id, RepairProvider.Model),
        };
        var entries = Catalog.Ids.Select(id => Catalog.Find(id)).OfType<ProviderEntry>().Prepend(repair).ToList();
        return new ProviderList(
            [.. entries.Select(entry => ProviderListing.Of(entry, SourceOf(entry)))],
            entries.Where(entry => !entry.Models.IsEmpty).ToImmutableDictionary(entry => entry.Id, entry => (Newest(entry) ?? entry.Models.Values.First().Ref).ModelId),
            [.. entries.Where(entry => entry == repair || IsUsable(entry)).Select(entry => entry.Id)]);
    }

    private string SourceOf(ProviderEntry entry) =>
        config.Config.Provider.ContainsKey(entry.Id) ? "config"
        : auth.Find(entry.Id) is not null ? "api"
        : entry.Env.Any(name => environment[name] is not null) ? "env"
        : "custom";

    /// <summary>The model and the provider that reaches it, with retries.</summary>
    /// <exception cref="UserException">The provider is not known or has no address.</exception>
    public (Model Model, IProvider Provider) Open(ModelRef name)
    {
        if (name.ProviderId == RepairProvider.Model.ProviderId)
            return (RepairProvider.Model, made.GetOrAdd(name.ProviderId, _ => new RepairProvider()));
        var (entry, model) = Find(name);
        var provider = made.GetOrAdd(name.ProviderId, _ => new RetryingProvider(
            new RepetitionGuard(Reach(entry)), PolicyOf(entry.Id), clock, Random.Shared));
        return (model, provider);
    }

    private IProvider Reach(ProviderEntry entry)
    {
        var (credential, at) = (CredentialOf(entry), AtStoredAddress(entry));
        return credential is not null && IsRenewed(entry)
            ? new RenewingProvider(entry.Id, tokens, token => factory.Create(at, credential with { Key = token }))
            : factory.Create(at, credential);
    }

    private RetryPolicy PolicyOf(string providerId)
    {
        var policy = new RetryPolicy().With(config.Config.Retry);
        return config.Config.Provider.TryGetValue(providerId, out var own) ? policy.With(own.Retry) : policy;
    }

    /// <summary>Remembers what was used, for the next session.</summary>
    public Task RememberAsync(ModelRef used, CancellationToken cancellationToken) =>
        used.ProviderId == RepairProvider.Model.ProviderId
            ? Task.CompletedTask
            : state.SetAsync("", LastModel, used.ToString(), cancellationToken);

    public void Dispose() => handler.Dispose();

    /// <summary>A provider as it is reached: a stored credential may bring its address along.</summary>
    private ProviderEntry? EntryOf(string providerId) => Catalog.Find(providerId) is { } entry ? AtStoredAddress(entry) : null;

    private ProviderEntry AtStoredAddress(ProviderEntry entry)
    {
        var own = config.Config.Provider.GetValueOrDefault(entry.Id);
        return (own?.Options.BaseUrl ?? own?.Api) is null && auth.Find(entry.Id)?.Address is { } address ? entry with { BaseUrl = address } : entry;
    }

    private (ProviderEntry Provider, Model Model) Find(ModelRef name) => Catalog.Find(name) ?? throw new UserException(
        $"There is no provider called {name.ProviderId}. See mimo models, or set provider.{name.ProviderId} in the configuration.");

    private ModelRef Known(ModelRef name)
    {
        if (name.ProviderId != RepairProvider.Model.ProviderId)
            Find(name);
        return name;
    }

    private bool IsReachable(ModelRef name) => Catalog.Find(name) is { Provider: var entry } && (entry.Env.IsEmpty || CredentialOf(entry) is not null);

    // A key that must not be sent where the project points is no key.
    private bool IsUsable(ProviderEntry entry)
    {
        try
        {
            return entry.Env.IsEmpty || CredentialOf(entry) is not null;
        }
        catch (UserException)
        {
            return false;
        }
    }

    private ModelChoice? WithKey()
    {
        foreach (var (id, credential) in auth.All())
        {
            if (Catalog.Find(id) is { } entry && (credential.PreferredModel is { } preferred ? new ModelRef(id, preferred) : Newest(entry)) is { } model)
                return new ModelChoice(model, "its key is stored");
        }

        foreach (var id in environment.DisableProviderKeys ? [] : Catalog.Ids)
        {
            if (Catalog.Find(id) is { } entry && entry.Env.FirstOrDefault(IsSetKey) is { } variable && Newest(entry) is { } model)
                return new ModelChoice(model, $"its key is in {variable}");
        }

        return null;
    }

    // A token of another service that a fetched list names for a provider is no wish to use that provider.
    private bool IsSetKey(string name) => name.EndsWith("_API_KEY", StringComparison.Ordinal) && environment[name] is not null;

    private static ModelRef? Newest(ProviderEntry entry) =>
        entry.Models.Values.Where(model => model.Tools).OrderByDescending(model => model.Id, StringComparer.Ordinal).FirstOrDefault()?.Ref;

    /// <summary>A key goes only to the addresses that the user's own settings or the catalogue name for its provider.</summary>
    private Providers.Catalog.Credential? CredentialOf(ProviderEntry entry)
    {
        if (ConfiguredKey(entry) is { } configured)
            return new Providers.Catalog.Credential(configured);
        var stored = auth.Find(entry.Id);
        var key = stored is not null ? stored.Key ?? stored.Access ?? stored.Token ?? stored.Refresh
            : environment.DisableProviderKeys ? null
            : entry.Env.Select(name => environment[name]).FirstOrDefault(value => value is not null);
        if (key is null)
            return null;
        entry = AtStoredAddress(entry);
        if (entry.BaseUrl is { } address && !addresses.Allow(entry.Id, address, known.Find(entry.Id)?.BaseUrl, stored?.Address))
        {
            throw new UserException(
                $"The project points {entry.Id} to {address}, which your own settings do not name, so your key is not sent there. "
                + $"Set provider.{entry.Id}.options.baseURL in your own configuration if you trust it.");
        }

        return new Providers.Catalog.Credential(key) { IsBearer = stored is { IsBearer: true } };
    }

    private string? ConfiguredKey(ProviderEntry entry) =>
        config.Config.Provider.TryGetValue(entry.Id, out var own) && own.Options.ApiKey is { Length: > 0 } configured ? configured : null;

    /// <summary>Its key is a token that ends and is renewed.</summary>
    private bool IsRenewed(ProviderEntry entry) => ConfiguredKey(entry) is null && auth.Find(entry.Id) is { IsRenewable: true };
}
