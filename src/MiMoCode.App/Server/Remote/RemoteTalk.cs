using System.Collections.Immutable;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using static MiMoCode.App.Server.Remote.RemoteCalls;

namespace MiMoCode.App.Server.Remote;

/// <summary>Talking to the agent of a server.</summary>
internal sealed class RemoteTalk(RemoteCalls calls) : ITalk
{
    public Task<PromptAccepted> PromptAsync(string sessionId, PromptRequest request, CancellationToken cancellationToken) => calls.SendAsync(
        HttpMethod.Post, Path($"mimo/session/{sessionId}/prompt"), request, ProtocolJson.Default.PromptRequest, ProtocolJson.Default.PromptAccepted, cancellationToken);

    public Task<PromptAccepted> CommandAsync(string sessionId, CommandRequest request, CancellationToken cancellationToken) => calls.SendAsync(
        HttpMethod.Post, Path($"mimo/session/{sessionId}/command"), request, ProtocolJson.Default.CommandRequest, ProtocolJson.Default.PromptAccepted, cancellationToken);

    public Task<MessageWithParts> ShellAsync(string sessionId, ShellRequest request, CancellationToken cancellationToken) => calls.SendAsync(
        HttpMethod.Post, Path($"session/{sessionId}/shell"), request, ProtocolJson.Default.ShellRequest, ProtocolJson.Default.MessageWithParts, cancellationToken);

    public Task<TurnEnd> WaitAsync(string sessionId, string messageId, CancellationToken cancellationToken) =>
        calls.GetAsync(Query(Path($"mimo/session/{sessionId}/wait"), ("messageID", messageId)), ProtocolJson.Default.TurnEnd, cancellationToken);

    public Task<bool> AbortAsync(string sessionId, CancellationToken cancellationToken) =>
        calls.PostAsync(Path($"mimo/session/{sessionId}/abort"), ServerJson.Default.Boolean, cancellationToken);

    public Task<ImmutableDictionary<string, SessionStatus>> StatusAsync(CancellationToken cancellationToken) =>
        calls.GetAsync("session/status", ProtocolJson.Default.ImmutableDictionaryStringSessionStatus, cancellationToken);
}

/// <summary>What the agent of a server asks people.</summary>
internal sealed class RemoteAsks(RemoteCalls calls) : IAsks
{
    public Task<ImmutableArray<PermissionRequest>> PermissionsAsync(CancellationToken cancellationToken) =>
        calls.GetAsync("permission", ProtocolJson.Default.ImmutableArrayPermissionRequest, cancellationToken);

    public Task<bool> ReplyAsync(string requestId, PermissionReply reply, string? message, CancellationToken cancellationToken) => WasOpenAsync(calls.SendAsync(
        HttpMethod.Post, Path($"permission/{requestId}/reply"), new PermissionAnswerBody(reply, message), ServerJson.Default.PermissionAnswerBody, ServerJson.Default.Boolean, cancellationToken));

    public Task<ImmutableArray<QuestionRequest>> QuestionsAsync(CancellationToken cancellationToken) =>
        calls.GetAsync("question", ProtocolJson.Default.ImmutableArrayQuestionRequest, cancellationToken);

    public Task<bool> AnswerAsync(string requestId, ImmutableArray<ImmutableArray<string>> answers, CancellationToken cancellationToken) => WasOpenAsync(calls.SendAsync(
        HttpMethod.Post, Path($"question/{requestId}/reply"), new QuestionAnswerBody(answers), ServerJson.Default.QuestionAnswerBody, ServerJson.Default.Boolean, cancellationToken));

    public Task<bool> RejectAsync(string requestId, CancellationToken cancellationToken) =>
        WasOpenAsync(calls.PostAsync(Path($"question/{requestId}/reject"), ServerJson.Default.Boolean, cancellationToken));

    private static async Task<bool> WasOpenAsync(Task<bool> answer)
    {
        try
        {
            return await answer;
        }
        catch (UserException refused) when (refused.HttpStatus is 404)
        {
            return false;
        }
    }
}

/// <summary>What the agent of a server did to files.</summary>
internal sealed class RemoteChanges(RemoteCalls calls) : IChanges
{
    public Task<SessionChanges> DiffAsync(string sessionId, string? messageId, CancellationToken cancellationToken) => calls.GetAsync(
        Query(Path($"mimo/session/{sessionId}/changes"), ("messageID", messageId)), ProtocolJson.Default.SessionChanges, cancellationToken);

    public Task<RevertResult> RevertAsync(string sessionId, RevertRequest request, CancellationToken cancellationToken) => calls.SendAsync(
        HttpMethod.Post, Path($"mimo/session/{sessionId}/revert"), request, ProtocolJson.Default.RevertRequest, ProtocolJson.Default.RevertResult, cancellationToken);

    public Task<RevertResult> UnrevertAsync(string sessionId, CancellationToken cancellationToken) =>
        calls.PostAsync(Path($"mimo/session/{sessionId}/unrevert"), ProtocolJson.Default.RevertResult, cancellationToken);
}
