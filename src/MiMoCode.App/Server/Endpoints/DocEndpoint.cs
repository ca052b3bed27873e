using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using MiMoCode.Protocol.Json;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>The table of routes as an OpenAPI description.</summary>
internal static partial class DocEndpoint
{
    private const string NamedFault = "NamedError", TaggedFault = "TaggedError";

    public static ImmutableArray<Route> Routes { get; } =
    [
        Route.Get("/doc", "doc", "This description.", ServerJson.Default.JsonElement, static call => Task.FromResult(Describe(Server.Routes.All, call.Workspaces.Version)))
            with { Scope = Scope.Global },
    ];

    /// <summary>OpenAPI 3.1 of a table.</summary>
    public static JsonElement Describe(IEnumerable<Route> routes, string version)
    {
        var paths = new JsonObject();
        foreach (var route in routes.OrderBy(route => route.Path, StringComparer.Ordinal))
        {
            var path = paths[route.Path] as JsonObject ?? new JsonObject();
            path[route.Method.ToLowerInvariant()] = Operation(route);
            paths[route.Path] = path;
        }

        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "mimocode", ["version"] = version },
            ["security"] = new JsonArray(new JsonObject { ["basic"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["basic"] = new JsonObject { ["type"] = "http", ["scheme"] = "basic" } },
                ["schemas"] = Faults(),
            },
        };
        using var parsed = JsonDocument.Parse(document.ToJsonString());
        return parsed.RootElement.Clone();
    }

    private static JsonObject Operation(Route route)
    {
        var parameters = new JsonArray([.. Names().Matches(route.Path).Select(JsonNode (match) => Parameter(match.Groups[1].Value, "path", required: true))]);
        if (route.Scope is not Scope.Global)
            parameters.Add((JsonNode)Parameter("directory", "query", required: false));
        var operation = new JsonObject
        {
            ["operationId"] = route.Id,
            ["summary"] = route.Summary,
            ["parameters"] = parameters,
            ["responses"] = new JsonObject
            {
                [route.Answer is null ? "204" : "200"] = Answer(route.Summary, route.Answer is null ? null : Schema(route.Answer)),
                ["400"] = Wrong("What cannot be.", route.Wording is Wording.Tagged ? TaggedFault : NamedFault),
                ["404"] = Wrong("What does not exist.", route.Missing is null ? NamedFault : TaggedFault),
                ["default"] = Wrong("What else went wrong.", NamedFault),
            },
        };
        if (route.Body is not null)
            operation["requestBody"] = new JsonObject { ["content"] = Json(Schema(route.Body)) };
        return operation;
    }

    private static JsonObject Answer(string description, JsonNode? schema)
    {
        var answer = new JsonObject { ["description"] = description };
        if (schema is not null)
            answer["content"] = Json(schema);
        return answer;
    }

    private static JsonObject Wrong(string description, string form) =>
        Answer(description, new JsonObject { ["$ref"] = $"#/components/schemas/{form}" });

    private static JsonObject Faults()
    {
        var text = new JsonObject { ["type"] = "string" };
        return new JsonObject
        {
            [NamedFault] = Form(("name", text), ("data", Form(("message", text.DeepClone())))),
            [TaggedFault] = Form(("_tag", text.DeepClone()), ("message", text.DeepClone())),
        };

        static JsonObject Form(params (string Name, JsonNode Form)[] members) => new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(members.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Form))),
            ["required"] = new JsonArray([.. members.Select(JsonNode (member) => member.Name)]),
        };
    }

    private static JsonObject Json(JsonNode schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Parameter(string name, string place, bool required) => new()
    {
        ["name"] = name, ["in"] = place, ["required"] = required, ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonNode Schema(JsonTypeInfo type) => JsonNode.Parse(JsonSchemas.Of(type).GetRawText())!;

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Names();
}
