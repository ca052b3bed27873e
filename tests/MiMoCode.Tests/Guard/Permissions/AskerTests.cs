using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Json;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Tests.Guard.Permissions;

public sealed class AskerTests
{
    private readonly List<Event> told = [];

    [Fact]
    public async Task The_first_answer_wins_and_is_told()
    {
        var asker = new Asker(AskPolicy.Wait, told.Add);
        var asking = asker.AskAsync(Request("per_1"), demands: false, CancellationToken.None);
        Assert.Single(await asker.PermissionsAsync(CancellationToken.None));
        Assert.True(await asker.ReplyAsync("per_1", PermissionReply.Once, null, CancellationToken.None));
        Assert.False(await asker.ReplyAsync("per_1", PermissionReply.Reject, null, CancellationToken.None));
        Assert.Equal(PermissionReply.Once, (await asking).Reply);
        Assert.Equal(["permission.asked", "permission.replied"], told.Select(e => e.Type));
        Assert.Empty(await asker.PermissionsAsync(CancellationToken.None));
        Assert.False(await asker.ReplyAsync("per_1", PermissionReply.Once, null, CancellationToken.None));
    }

    [Fact]
    public async Task An_abort_withdraws_the_question()
    {
        var asker = new Asker(AskPolicy.Wait, told.Add);
        using var abort = new CancellationTokenSource();
        var asking = asker.AskAsync(Request("per_1"), demands: false, abort.Token);
        await abort.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Empty(await asker.PermissionsAsync(CancellationToken.None));
        Assert.Equal("permission.replied", told[^1].Type);
    }

    [Fact]
    public async Task With_nobody_there_it_refuses_at_once_and_asks_nobody()
    {
        var asker = new Asker(AskPolicy.Refuse, told.Add);
        Assert.Equal(PermissionReply.Reject, (await asker.AskAsync(Request("per_1"), false, CancellationToken.None)).Reply);
        Assert.Null(await asker.AskAsync(new QuestionRequest("que_1", "ses_1", []), CancellationToken.None));
        Assert.Empty(told);
    }

    [Fact]
    public async Task Skipping_permissions_allows_once_but_not_what_demands_a_person()
    {
        var asker = new Asker(AskPolicy.Allow, told.Add);
        Assert.Equal(PermissionReply.Once, (await asker.AskAsync(Request("per_1"), demands: false, CancellationToken.None)).Reply);
        Assert.Equal(PermissionReply.Reject, (await asker.AskAsync(Request("per_2"), demands: true, CancellationToken.None)).Reply);
    }

    [Fact]
    public async Task With_permissions_skipped_and_a_person_there_what_demands_one_waits()
    {
        var asker = new Asker(AskPolicy.AllowOrWait, told.Add);
        Assert.Equal(PermissionReply.Once, (await asker.AskAsync(Request("per_1"), demands: false, CancellationToken.None)).Reply);
        var asking = asker.AskAsync(Request("per_2"), demands: true, CancellationToken.None);
        Assert.False(asking.IsCompleted);
        await asker.ReplyAsync("per_2", PermissionReply.Once, null, CancellationToken.None);
        Assert.Equal(PermissionReply.Once, (await asking).Reply);
    }

    [Fact]
    public async Task A_question_is_answered_with_labels_or_refused()
    {
        var asker = new Asker(AskPolicy.Wait, told.Add);
        var asking = asker.AskAsync(new QuestionRequest("que_1", "ses_1", []), CancellationToken.None);
        await asker.AnswerAsync("que_1", [["yes"]], CancellationToken.None);
        Assert.Equal("yes", (await asking)!.Value[0][0]);

        asking = asker.AskAsync(new QuestionRequest("que_2", "ses_1", []), CancellationToken.None);
        await asker.RejectAsync("que_2", CancellationToken.None);
        Assert.Null(await asking);
        Assert.Equal(["question.asked", "question.replied", "question.asked", "question.rejected"], told.Select(e => e.Type));
    }

    private static PermissionRequest Request(string id) => new(id, "ses_1", "bash", ["ls"], EmptyJson.Object, ["ls *"]);
}
