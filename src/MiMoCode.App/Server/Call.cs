using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using MiMoCode.App.Server.Access;
using MiMoCode.App.Server.Streams;
using MiMoCode.Engine;
using MiMoCode.Protocol;

namespace MiMoCode.App.Server;

/// <summary>One request, as handlers see it.</summary>
internal sealed class Call(HttpContext http, RouteMatch match, Workspaces workspaces, WorkspaceUse? use)
{
    public HttpContext Http => http;

    /// <summary>All workspaces of this process.</summary>
    public Workspaces Workspaces => workspaces;

    /// <summary>The one that the call is about.</summary>
    public Workspace Workspace => Use.Workspace;

    /// <summary>The hold on it.</summary>
    public WorkspaceUse Use => use ?? throw new InvalidOperationException("This route opens no workspace.");

    /// <summary>The client went away.</summary>
    public CancellationToken Cancelled => http.RequestAborted;

    /// <summary>The server ends: streams go, while what is being answered is still answered.</summary>
    public CancellationToken Ended { get; init; }

    /// <summary>The streams of events that clients of the server follow.</summary>
    public required Broadcasts Broadcasts { get; init; }

    /// <summary>What lets a page in that cannot log in by itself.</summary>
    public required Tickets Tickets { get; init; }

    /// <summary>What stands in the path under a name.</summary>
    public string Part(string name) => match.Part(name) ?? throw new InvalidOperationException($"The route has no {{{name}}}.");

    /// <summary>What the query says under a name; null when it is absent or empty.</summary>
    public string? Query(string name) => http.Request.Query[name] is [{ Length: > 0 } value, ..] ? value : null;

    public string Required(string name) => Query(name) ?? throw new UserException($"The query lacks {name}.");

    public bool? Flag(string name) => Query(name) switch
    {
        null => null,
        "true" or "1" => true,
        "false" or "0" => false,
        var other => throw new UserException($"{name} is true or false, not '{other}'."),
    };

    public long? Number(string name, long most = long.MaxValue) => Query(name) switch
    {
        null => null,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= most => (long)number,
        var text => throw new UserException($"{name} is a number from 0 to {most.ToString(CultureInfo.InvariantCulture)}, not '{text}'."),
    };

    /// <summary>The body; an absent one is an empty object.</summary>
    public async Task<T> ReadAsync<T>(JsonTypeInfo<T> shape)
    {
        if (http.Request.ContentLength is 0 || http.Request.ContentType is null)
            return JsonSerializer.Deserialize("{}"u8, shape)!;
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, shape, Cancelled)
                ?? throw new UserException("The body is null; send an object.");
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            throw new UserException($"The body cannot be read: {broken.Message}");
        }
    }

    public async Task WriteAsync<T>(T answer, JsonTypeInfo<T> shape)
    {
        http.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(http.Response.BodyWriter, answer, shape, Cancelled);
    }
}
