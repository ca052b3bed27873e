using System.Text;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.Providers.Catalog;
using MiMoCode.Providers.Http;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Providers;

public sealed class CatalogTests
{
    [Fact]
    public void Every_built_in_provider_can_be_made_and_every_model_has_limits()
    {
        var catalog = ModelCatalog.BuiltIn();
        using var handler = Transport.CreateHandler();
        Assert.True(catalog.Ids.Length >= 15);
        foreach (var provider in catalog.Ids.Select(id => catalog.Find(id)!))
        {
            Assert.NotNull(new ProviderFactory(handler, TimeProvider.System).Create(provider, null));
            Assert.All(provider.Models.Values, model => Assert.True(model.ContextLimit > model.OutputLimit && model.OutputLimit > 0, model.Ref.ToString()));
        }
    }

    [Theory]
    [InlineData("anthropic", "claude-sonnet-4-5", Wire.Messages, "high,max")]
    [InlineData("openai", "gpt-5", Wire.Responses, "high,low,medium,minimal")]
    [InlineData("openai", "gpt-4.1", Wire.Responses, "")]
    [InlineData("xiaomi", "mimo-v2-flash", Wire.Chat, "high,none")]
    public void Knows_the_wire_and_the_variants_of_a_model(string provider, string id, Wire wire, string variants)
    {
        var model = ModelCatalog.BuiltIn().Find(provider)!.Models[id];
        Assert.Equal((wire, variants), (model.Wire, string.Join(',', model.Variants.Keys.Order())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{"a":1,"b":{"models":[]},"c":{"models":{"m":5,"n":{"limit":"x","cost":[],"modalities":7,"reasoning":"y"}}}}""")]
    public void Survives_any_file(string json)
    {
        var catalog = ModelCatalog.Read(Encoding.UTF8.GetBytes(json));
        foreach (var id in catalog.Ids)
            Assert.True(catalog.Find(id) is null or { Models.Count: <= 1 });
    }

    [Fact]
    public async Task Asks_an_endpoint_for_its_models()
    {
        await using var server = await ModelServer.StartAsync();
        server.Models = ["one", "two"];
        using var handler = Transport.CreateHandler();
        var known = new Model("test", "two") { ContextLimit = 5_000 };
        var entry = new ProviderEntry("test") { BaseUrl = server.BaseUrl, Models = new ProviderEntry("x").Models.Add("two", known) };
        var found = await new ModelDiscovery(handler).ListAsync(entry, new Credential("secret"), default);
        Assert.Equal(["one", "two"], found.Models.Select(model => model.Id));
        Assert.Equal(5_000, found.Models[1].ContextLimit);
        Assert.Equal("Bearer secret", server.Requests[0].Headers["Authorization"]);
        var nobody = await new ModelDiscovery(handler).ListAsync(entry with { BaseUrl = "http://127.0.0.1:9/v1" }, null, default);
        Assert.Equal(FailureKind.Network, nobody.Failure!.Kind);
    }

    [Fact]
    public void The_configuration_wins_over_the_catalogue()
    {
        var configured = new Dictionary<string, ProviderConfig>
        {
            ["openai"] = new()
            {
                Options = new ProviderOptions { BaseUrl = "http://127.0.0.1:9/v1", Headers = new Dictionary<string, string> { ["x-team"] = "a" } },
                Npm = "@ai-sdk/openai-compatible",
                Blacklist = ["o3"],
                Models = new Dictionary<string, ModelConfig>
                {
                    ["gpt-5"] = new() { Limit = new LimitConfig { Context = 50_000 }, Variants = new Dictionary<string, IReadOnlyDictionary<string, System.Text.Json.JsonElement>> { ["low"] = new Dictionary<string, System.Text.Json.JsonElement> { ["disabled"] = Conversation.Json("true") } } },
                    ["mine"] = new() { Id = "real-name", Name = "Mine" },
                },
            },
        };
        var entry = new ConfiguredCatalog(ModelCatalog.BuiltIn(), configured).Find("openai")!;
        Assert.Equal(("http://127.0.0.1:9/v1", "a", false), (entry.BaseUrl, entry.Headers["x-team"], entry.Models.ContainsKey("o3")));
        Assert.Equal((50_000, 128_000, Wire.Chat), (entry.Models["gpt-5"].ContextLimit, entry.Models["gpt-5"].OutputLimit, entry.Models["gpt-5"].Wire));
        Assert.Equal(["high", "medium"], entry.Models["gpt-5"].Variants.Keys.Order());
        Assert.Equal(("real-name", "Mine"), (entry.Models["mine"].ApiId, entry.Models["mine"].Name));
    }

    [Fact]
    public void A_fetched_list_adds_models_and_prices_but_moves_no_provider()
    {
        var fetched = """
            {"openai":{"api":"https://elsewhere.example/v1","npm":"@ai-sdk/openai-compatible","env":["OTHER_KEY"],"models":{
               "gpt-5":{"limit":{"context":500000,"output":1000},"cost":{"input":9,"output":9,"cache_read":1,"context_over_200k":{"input":18,"output":18}}},
               "gpt-6":{"limit":{"context":600000,"output":1000}}}},
             "newcomer":{"api":"https://new.example/v1","npm":"@ai-sdk/openai-compatible","models":{"m":{}}}}
            """;
        var catalog = ModelCatalog.BuiltIn().Under(() => Encoding.UTF8.GetBytes(fetched))
            .With(() => Encoding.UTF8.GetBytes("""{"openai":{"models":{"gpt-5":{"limit":{"context":1}},"gpt-local":{}}}}"""));

        var openai = catalog.Find("openai")!;
        Assert.Equal(("https://api.openai.com/v1", "OPENAI_API_KEY"), (openai.BaseUrl, openai.Env[0]));
        Assert.Equal((500_000, Wire.Responses), (openai.Models["gpt-5"].ContextLimit, openai.Models["gpt-6"].Wire));
        Assert.True(openai.Models.ContainsKey("gpt-local") && openai.Models.ContainsKey("gpt-4.1"));
        Assert.Equal("https://new.example/v1", catalog.Find("newcomer")!.BaseUrl);
        Assert.Contains("newcomer", catalog.Ids);
    }

    [Fact]
    public void A_prompt_beyond_200_000_tokens_has_its_own_price()
    {
        var prices = new Prices(1, 2, 0.1m) { Long = new Prices(2, 4, 0.2m) };
        Assert.Equal(0.1m, prices.Of(new TokenUsage(100_000, 0, 0, new CacheTokens(0, 0))));
        Assert.Equal(0.25m, prices.Of(new TokenUsage(100_000, 0, 0, new CacheTokens(250_000, 0))));
    }

    [Fact]
    public void Takes_a_new_model_of_a_known_provider_and_no_unknown_provider()
    {
        var catalog = new ConfiguredCatalog(ModelCatalog.BuiltIn(), new Dictionary<string, ProviderConfig>());
        Assert.Equal(Wire.Messages, catalog.Find(ModelRef.Parse("anthropic/claude-of-tomorrow")!)!.Value.Model.Wire);
        Assert.Null(catalog.Find(ModelRef.Parse("nobody/nothing")!));
    }
}
