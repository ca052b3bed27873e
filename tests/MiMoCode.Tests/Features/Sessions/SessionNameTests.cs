using MiMoCode.Protocol.Requests;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Features.Sessions;

public sealed class SessionNameTests
{
    [Fact]
    public async Task A_session_that_is_renamed_while_it_works_keeps_its_new_name()
    {
        var release = new TaskCompletionSource();
        await using var harness = await TalkHarness.StartAsync(
            Reply.Call("read", new { filePath = "readme.md" }) with { Delivery = new StallAfter(-1, release.Task) }, Reply.Say("Read."));
        var session = await harness.Workspace.Sessions.CreateAsync(new CreateSession(Title: "Old"), CancellationToken.None);
        var turn = harness.RunAsync("Read it", session.Id);
        await harness.Models.NextPromptAsync(CancellationToken.None);

        // By another process: the one that works has the old name in its memory.
        await using (var other = await harness.OpenAsync(harness.Project.Root))
            await other.Sessions.UpdateAsync(session.Id, new UpdateSession(Title: "New"), CancellationToken.None);
        release.SetResult();
        await turn;

        var after = await harness.Workspace.Sessions.GetAsync(session.Id, CancellationToken.None);
        Assert.Equal("New", after.Title);
        Assert.True(after.Tokens!.Input > 0);
    }
}
