using MiMoCode.Protocol.Requests;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests;

public sealed class WorkspaceReportsTests
{
    [Fact]
    public async Task However_deep_a_session_is_the_budget_that_counts_is_that_of_its_root()
    {
        await using var harness = await WorkspaceHarness.StartAsync(_ => Reply.Say("ok"), settings: """ "budget": {"session": {"steps": 9}} """);
        await harness.AskAsync("hello");
        var sessions = harness.Workspace.Sessions;
        var child = await sessions.CreateAsync(new CreateSession(ParentId: harness.SessionId), CancellationToken.None);
        var grandchild = await sessions.CreateAsync(new CreateSession(ParentId: child.Id), CancellationToken.None);

        Assert.Equal(harness.SessionId, harness.Workspace.Reports.RootOf(grandchild.Id));
        Assert.Equal("1 of 9 steps", Assert.Single(harness.Workspace.Budgets.Standing(harness.Workspace.Reports.RootOf(grandchild.Id))).Words);
    }
}
