using System.Globalization;
using MiMoCode.Engine.Features.Loops;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Requests;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Features.Loops;

public sealed class LoopTests
{
    [Theory]
    [InlineData("*/15 * * * *", "2026-01-02T03:04", "2026-01-02T03:15")]
    [InlineData("0 9-17 * * 1-5", "2026-01-02T18:00", "2026-01-05T09:00")]
    [InlineData("30 2 29 2 *", "2026-01-01T00:00", null)]
    [InlineData("0 0 1,15 * *", "2026-01-02T00:00", "2026-01-15T00:00")]
    [InlineData("0 0 13 * 5", "2026-01-02T12:00", "2026-01-09T00:00")]
    [InlineData("5/20 * * * *", "2026-01-02T03:26", "2026-01-02T03:45")]
    public void Knows_the_next_time(string cron, string after, string? next) =>
        Assert.Equal(next, CronTimes.Parse(cron)!.After(DateTimeOffset.Parse(after + "Z", CultureInfo.InvariantCulture))?.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("60 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("5-1 * * * *")]
    [InlineData("x * * * *")]
    public void Refuses_what_is_no_time(string cron) => Assert.Null(CronTimes.Parse(cron));

    [Fact]
    public async Task Comes_while_the_session_is_idle_as_often_as_it_may()
    {
        var clock = new ManualClock();
        await using var harness = await ProjectHarness.StartAsync(
            request => request.Conversation is [_, { Role: "user" }] ? Reply.Call("cron", new { action = "schedule", prompt = "look again", seconds = 60, times = 2 }) : Reply.Say("Seen."),
            change: options => options with { Clock = clock });
        var session = await harness.NewSessionAsync();
        await harness.RunAsync(session.Id, "watch it");

        for (var time = 0; time < 2; time++)
        {
            var idle = harness.NextAsync<SessionIdle>();
            await clock.UntilWaitingAsync(1, CancellationToken.None);
            while (!idle.IsCompleted)
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                await Task.WhenAny(idle, Task.Delay(20));
            }
        }

        Assert.Equal(2, harness.Models.Prompts.Count(request => request.Conversation[^1] is { Role: "user", Text: var text } && text.Contains("look again", StringComparison.Ordinal)));
        Assert.Equal("Nothing comes by itself here.", await CommandAsync(harness, session.Id, "list"));
    }

    [Fact]
    public async Task Is_set_and_taken_back_by_people_and_survives_a_restart()
    {
        await using var harness = await ProjectHarness.StartAsync(_ => Reply.Say("Seen."));
        var session = await harness.NewSessionAsync();

        Assert.StartsWith("L1  every 600 s", await CommandAsync(harness, session.Id, "10m look at the build"), StringComparison.Ordinal);
        await harness.RestartAsync();
        Assert.Contains("look at the build", await CommandAsync(harness, session.Id, ""), StringComparison.Ordinal);
        Assert.Equal("1 taken back.", await CommandAsync(harness, session.Id, "stop L1"));
        Assert.Empty(harness.Models.Prompts);
    }

    private static async Task<string> CommandAsync(ProjectHarness harness, string session, string arguments) =>
        (await harness.Workspace.Talk.CommandAsync(session, new CommandRequest("loop", arguments), CancellationToken.None)).Said!;
}
