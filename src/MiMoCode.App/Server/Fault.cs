using System.Text.Json;

namespace MiMoCode.App.Server;

/// <summary>How a route words what went wrong: clients of this API know two ways, and which one they expect depends on the route.</summary>
internal enum Wording
{
    /// <summary><c>{"name":…,"data":{"message":…}}</c>.</summary>
    Named,

    /// <summary><c>{"_tag":…,"message":…}</c>.</summary>
    Tagged,
}

/// <summary>What a route says when that which it names does not exist: the tag, and the part of the path that named it.</summary>
internal sealed record Missing(string Tag, string Name);

/// <summary>Something that went wrong, as the client is told. Kind: which part of the request is wrong. Ref: by which id the log knows it.</summary>
internal sealed record Fault(int Status, string Message, string? Kind = null, string? Ref = null)
{
    /// <summary>The body in the form of the route; without a route nothing was found that had one.</summary>
    /// <param name="json">Written to.</param>
    /// <param name="route">The route that was meant.</param>
    /// <param name="part">What stands in the path under a name.</param>
    public void Write(Utf8JsonWriter json, Route? route, Func<string, string?> part)
    {
        switch (Status)
        {
            case 400 when route is { Wording: Wording.Tagged }:
                WriteTagged(json, "InvalidRequestError", null, null);
                break;
            case 404 when route is { Missing: { } missing }:
                WriteTagged(json, missing.Tag, missing.Name, part(missing.Name));
                break;
            case 409 when route is { Scope: Scope.Session }:
                WriteTagged(json, "SessionBusyError", "sessionID", part("sessionID"));
                break;
            default:
                WriteNamed(json);
                break;
        }
    }

    /// <summary>The text of an answer of either form; null when it is none of them.</summary>
    public static string? TextOf(JsonElement answer)
    {
        if (answer.ValueKind is not JsonValueKind.Object)
            return null;
        var holder = answer.TryGetProperty("data", out var data) && data.ValueKind is JsonValueKind.Object ? data : answer;
        return holder.TryGetProperty("message", out var message) && message.ValueKind is JsonValueKind.String ? message.GetString() : null;
    }

    private void WriteTagged(Utf8JsonWriter json, string tag, string? name, string? value)
    {
        json.WriteStartObject();
        json.WriteString("_tag", tag);
        json.WriteString("message", Message);
        if (name is not null)
            json.WriteString(name, value ?? "");
        else if (Kind is not null)
            json.WriteString("kind", Kind);
        json.WriteEndObject();
    }

    private void WriteNamed(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", NameOf(Status));
        json.WriteStartObject("data");
        json.WriteString("message", Message);
        if (Kind is not null)
            json.WriteString("kind", Kind);
        if (Ref is not null)
            json.WriteString("ref", Ref);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string NameOf(int status) => status switch
    {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFoundError",
        _ => "UnknownError",
    };
}
