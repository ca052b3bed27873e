using System.Collections.Immutable;
using System.Globalization;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using static MiMoCode.App.Server.Remote.RemoteCalls;

namespace MiMoCode.App.Server.Remote;

/// <summary>The sessions of a server.</summary>
internal sealed class RemoteSessions(RemoteCalls calls) : ISessions
{
    public Task<ImmutableArray<SessionInfo>> ListAsync(SessionQuery query, CancellationToken cancellationToken) => calls.GetAsync(
        Query(
            "session",
            ("roots", Word(query.Roots)),
            ("start", query.Start?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
            ("search", query.Search),
            ("limit", query.Limit?.ToString(CultureInfo.InvariantCulture)),
            ("all", query.AllProjects ? "true" : null)),
        ProtocolJson.Default.ImmutableArraySessionInfo, cancellationToken);

    public Task<SessionInfo> GetAsync(string id, CancellationToken cancellationToken) =>
        calls.GetAsync(Path($"session/{id}"), ProtocolJson.Default.SessionInfo, cancellationToken);

    public Task<SessionInfo> CreateAsync(CreateSession request, CancellationToken cancellationToken) => calls.SendAsync(
        HttpMethod.Post, "session", request, ProtocolJson.Default.CreateSession, ProtocolJson.Default.SessionInfo, cancellationToken);

    public Task<SessionInfo> UpdateAsync(string id, UpdateSession request, CancellationToken cancellationToken) => calls.SendAsync(
        HttpMethod.Patch, Path($"session/{id}"), request, ProtocolJson.Default.UpdateSession, ProtocolJson.Default.SessionInfo, cancellationToken);

    public Task DeleteAsync(string id, CancellationToken cancellationToken) =>
        calls.AskAsync(HttpMethod.Delete, Path($"session/{id}"), null, ServerJson.Default.Boolean, cancellationToken);

    public Task<SessionInfo> ForkAsync(string id, string? messageId, CancellationToken cancellationToken) => calls.SendAsync(
        HttpMethod.Post, Path($"session/{id}/fork"), new ForkBody(messageId), ServerJson.Default.ForkBody, ProtocolJson.Default.SessionInfo, cancellationToken);

    public Task<ImmutableArray<SessionInfo>> ChildrenAsync(string id, CancellationToken cancellationToken) =>
        calls.GetAsync(Path($"session/{id}/children"), ProtocolJson.Default.ImmutableArraySessionInfo, cancellationToken);

    public async Task<MessagePage> MessagesAsync(string id, int? limit, string? before, CancellationToken cancellationToken)
    {
        var path = Query(Path($"session/{id}/message"), ("limit", limit?.ToString(CultureInfo.InvariantCulture)), ("before", before));
        using var response = await calls.OpenAsync(HttpMethod.Get, path, null, null, cancellationToken);
        var messages = await ReadAsync(response, ProtocolJson.Default.ImmutableArrayMessageWithParts, cancellationToken);
        return new MessagePage(messages, response.Headers.TryGetValues("X-Next-Cursor", out var cursors) ? cursors.FirstOrDefault() : null);
    }

    public Task<MessageWithParts> MessageAsync(string id, string messageId, CancellationToken cancellationToken) =>
        calls.GetAsync(Path($"session/{id}/message/{messageId}"), ProtocolJson.Default.MessageWithParts, cancellationToken);

    public Task<Part> UpdatePartAsync(string id, Part part, CancellationToken cancellationToken) => calls.SendAsync(
        HttpMethod.Patch, Path($"session/{id}/message/{part.MessageId}/part/{part.Id}"), part, ProtocolJson.Default.Part, ProtocolJson.Default.Part, cancellationToken);

    public Task RemoveAsync(string id, string messageId, string? partId, CancellationToken cancellationToken) => calls.AskAsync(
        HttpMethod.Delete,
        partId is null ? Path($"session/{id}/message/{messageId}") : Path($"session/{id}/message/{messageId}/part/{partId}"),
        null, ServerJson.Default.Boolean, cancellationToken);

    public Task<ImmutableArray<Todo>> TodosAsync(string id, CancellationToken cancellationToken) =>
        calls.GetAsync(Path($"session/{id}/todo"), ProtocolJson.Default.ImmutableArrayTodo, cancellationToken);

    public Task<SessionInfo> ImportAsync(SessionExport export, CancellationToken cancellationToken) => calls.SendAsync(
        HttpMethod.Post, "mimo/session", export, ProtocolJson.Default.SessionExport, ProtocolJson.Default.SessionInfo, cancellationToken);

    private static string? Word(bool? flag) => flag switch { null => null, true => "true", false => "false" };
}
