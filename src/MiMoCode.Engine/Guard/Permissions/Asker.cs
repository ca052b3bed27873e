using System.Collections.Concurrent;
using System.Collections.Immutable;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>What happens to a question when it comes up.</summary>
public enum AskPolicy
{
    /// <summary>It waits for a person at any door.</summary>
    Wait,

    /// <summary>Nobody is there: it is refused at once.</summary>
    Refuse,

    /// <summary>Everything is allowed that does not demand a person each time.</summary>
    Allow,

    /// <summary>Everything is allowed that does not demand a person each time; the rest waits for one.</summary>
    AllowOrWait,
}

/// <summary>What was answered. Message is what the person said with it, or why nobody was asked.</summary>
internal sealed record PermissionAnswer(PermissionReply Reply, string? Message = null);

/// <summary>
/// Asks people through events and waits for any door to answer. The first answer wins; an abort withdraws the question.
/// </summary>
internal sealed class Asker(AskPolicy policy, Action<Event> tell) : IAsks
{
    /// <summary>Why a request was refused that no person has seen.</summary>
    public const string Nobody = "nobody is there to ask";

    private readonly ConcurrentDictionary<string, OpenPermission> permissions = new();
    private readonly ConcurrentDictionary<string, OpenQuestion> questions = new();

    /// <summary>Asks whether something may be done. Demands: only a person can allow it, never a policy.</summary>
    public async Task<PermissionAnswer> AskAsync(PermissionRequest request, bool demands, CancellationToken cancellationToken)
    {
        if (policy is AskPolicy.Allow or AskPolicy.AllowOrWait && !demands)
            return new PermissionAnswer(PermissionReply.Once);
        if (policy is not (AskPolicy.Wait or AskPolicy.AllowOrWait))
            return new PermissionAnswer(PermissionReply.Reject, Nobody);

        var open = permissions[request.Id] = new OpenPermission(request);
        var answer = new PermissionAnswer(PermissionReply.Reject);
        try
        {
            tell(new PermissionAsked(request));
            return answer = await open.Answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            permissions.TryRemove(request.Id, out _);
            tell(new PermissionReplied(request.Id, answer.Reply) { SessionId = request.SessionId });
        }
    }

    /// <summary>Asks questions; the chosen labels, question by question, or null when nobody answers.</summary>
    public async Task<ImmutableArray<ImmutableArray<string>>?> AskAsync(QuestionRequest request, CancellationToken cancellationToken)
    {
        if (policy is not (AskPolicy.Wait or AskPolicy.AllowOrWait))
            return null;

        var open = questions[request.Id] = new OpenQuestion(request);
        ImmutableArray<ImmutableArray<string>>? answers = null;
        try
        {
            tell(new QuestionAsked(request));
            return answers = await open.Answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            questions.TryRemove(request.Id, out _);
            tell(answers is { } given
                ? new QuestionReplied(request.Id, given) { SessionId = request.SessionId }
                : new QuestionRejected(request.Id) { SessionId = request.SessionId });
        }
    }

    /// <summary>Gives the same answer to all open requests that fit: what one "always" covers, or all of a session after a refusal.</summary>
    public void AnswerAll(Func<PermissionRequest, bool> fits, PermissionAnswer answer)
    {
        foreach (var open in permissions.Values.Where(open => fits(open.Request)))
            open.Answer.TrySetResult(answer);
    }

    public Task<ImmutableArray<PermissionRequest>> PermissionsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<PermissionRequest>>([.. permissions.Values.Select(open => open.Request)]);

    public Task<bool> ReplyAsync(string requestId, PermissionReply reply, string? message, CancellationToken cancellationToken) =>
        Task.FromResult(permissions.TryGetValue(requestId, out var open) && open.Answer.TrySetResult(new PermissionAnswer(reply, message)));

    public Task<ImmutableArray<QuestionRequest>> QuestionsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<QuestionRequest>>([.. questions.Values.Select(open => open.Request)]);

    public Task<bool> AnswerAsync(
        string requestId, ImmutableArray<ImmutableArray<string>> answers, CancellationToken cancellationToken) =>
        Task.FromResult(questions.TryGetValue(requestId, out var open) && open.Answer.TrySetResult(answers));

    public Task<bool> RejectAsync(string requestId, CancellationToken cancellationToken) =>
        Task.FromResult(questions.TryGetValue(requestId, out var open) && open.Answer.TrySetResult(null));

    private sealed record OpenPermission(PermissionRequest Request)
    {
        public TaskCompletionSource<PermissionAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record OpenQuestion(QuestionRequest Request)
    {
        public TaskCompletionSource<ImmutableArray<ImmutableArray<string>>?> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
