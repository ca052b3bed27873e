using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MiMoCode.App.Server.Access;
using MiMoCode.App.Server.Streams;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>Terminals that people open beside the agent.</summary>
internal static class PtyEndpoints
{
    private static readonly Missing Unknown = new("PtyNotFoundError", "ptyID");

    public static ImmutableArray<Route> Routes { get; } =
    [
        Route.Get("/pty", "pty.list", "The terminals.", ProtocolJson.Default.ImmutableArrayPty,
            static call => Task.FromResult(call.Workspace.Terminals.List())),
        Route.Get("/pty/shells", "pty.shells", "The shell of terminals.", ServerJson.Default.ImmutableArrayShellChoice,
            static call => Task.FromResult(ImmutableArray.Create(ShellChoice.Of(call.Workspace.Terminals.Shell)))),
        Route.Send("POST", "/pty", "pty.create", "Opens a terminal.", ProtocolJson.Default.CreatePty, ProtocolJson.Default.Pty,
            static (call, body) => Task.FromResult(call.Workspace.Terminals.Create(body))),
        Route.Get("/pty/{ptyID}", "pty.get", "One terminal.", ProtocolJson.Default.Pty,
            static call => Task.FromResult(call.Workspace.Terminals.Get(Id(call)).Info)) with { Missing = Unknown },
        Route.Send("PUT", "/pty/{ptyID}", "pty.update", "Changes the title or the size of a terminal.", ProtocolJson.Default.UpdatePty, ProtocolJson.Default.Pty,
            static (call, body) => Task.FromResult(call.Workspace.Terminals.Update(Id(call), body))) with { Missing = Unknown },
        Route.Delete("/pty/{ptyID}", "pty.remove", "Closes a terminal and ends what runs in it.", ServerJson.Default.Boolean, RemoveAsync) with { Missing = Unknown },
        Route.Post("/pty/{ptyID}/connect-token", "pty.connectToken", "A ticket to connect once, for pages.", ServerJson.Default.TicketBody,
            static call => Task.FromResult(Issue(call))) with { Missing = Unknown },
        new("GET", "/pty/{ptyID}/connect", "pty.connect", "The terminal itself, as a WebSocket.", ConnectAsync),
    ];

    private static string Id(Call call) => call.Part("ptyID");

    private static async Task<bool> RemoveAsync(Call call)
    {
        await call.Workspace.Terminals.RemoveAsync(Id(call));
        return true;
    }

    private static TicketBody Issue(Call call)
    {
        var terminal = call.Workspace.Terminals.Get(Id(call));
        return new TicketBody(call.Tickets.Issue($"/pty/{terminal.Info.Id}/connect"), (int)Tickets.Life.TotalSeconds);
    }

    private static async Task ConnectAsync(Call call)
    {
        var terminal = call.Workspace.Terminals.Get(Id(call));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Ended, call.Use.Retired);
        var cursor = call.Query("cursor") is "-1" ? -1 : call.Number("cursor");
        await new TerminalSocket(terminal, call.Workspaces.Clock).RunAsync(call.Http, cursor, ended.Token);
    }
}

/// <summary>A shell that terminals may have.</summary>
internal sealed record ShellChoice(string Path, string Name, bool Acceptable)
{
    public static ShellChoice Of(string path) => new(path, System.IO.Path.GetFileName(path), File.Exists(path));
}

/// <summary>An admission and how many seconds it is good for.</summary>
internal sealed record TicketBody(string Ticket, [property: JsonPropertyName("expires_in")] int ExpiresIn);
