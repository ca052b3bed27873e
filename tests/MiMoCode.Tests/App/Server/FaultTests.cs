using System.Net;
using System.Text.Json;
using MiMoCode.App.Server;
using MiMoCode.TestKit;
using MiMoCode.Tests.Clients;

namespace MiMoCode.Tests.App.Server;

/// <summary>What clients are told when something is wrong.</summary>
public sealed class FaultTests
{
    [ApiFact]
    public void Words_every_error_as_the_description_of_its_route_does()
    {
        using var api = JsonDocument.Parse(File.ReadAllText(ApiFactAttribute.Description));
        var paths = api.RootElement.GetProperty("paths");
        var wrong = new List<string>();
        var compared = 0;
        foreach (var route in Routes.All)
        {
            if (!paths.TryGetProperty(route.Path, out var path) || !path.TryGetProperty(route.Method.ToLowerInvariant(), out var operation))
                continue;
            var bad = Described(operation, "400");
            if (bad.Length > 0 && bad.Contains("InvalidRequestError", StringComparison.Ordinal) != route.Wording is Wording.Tagged)
                wrong.Add($"{route.Method} {route.Path} 400: {bad}");
            var missing = Described(operation, "404");
            if (missing.Length > 0 && !missing.Contains($"/{route.Missing?.Tag ?? "NotFoundError"}\"", StringComparison.Ordinal))
                wrong.Add($"{route.Method} {route.Path} 404: {missing}");
            compared++;
        }

        Assert.Empty(wrong);
        Assert.InRange(compared, 70, 200);
    }

    [Fact]
    public async Task Says_it_in_both_forms_so_that_it_can_be_read_back()
    {
        await using var server = await ServerHarness.StartAsync();
        var (status, named) = await server.AskAsync(HttpMethod.Get, "/session/ses_none");
        Assert.Equal((HttpStatusCode.NotFound, "NotFoundError"), (status, named.Text("name")));
        (status, var tagged) = await server.AskAsync(HttpMethod.Post, "/permission/per_none/reply", """{"reply":"once"}""");
        Assert.Equal((HttpStatusCode.NotFound, "PermissionNotFoundError", "per_none"), (status, tagged.Text("_tag"), tagged.Text("requestID")));
        Assert.Equal(named.GetProperty("data").Text("message"), Fault.TextOf(named));
        Assert.Equal(tagged.Text("message"), Fault.TextOf(tagged));
    }

    private static string Described(JsonElement operation, string status) =>
        operation.GetProperty("responses").TryGetProperty(status, out var answer) && answer.TryGetProperty("content", out var content) ? content.GetRawText() : "";
}
