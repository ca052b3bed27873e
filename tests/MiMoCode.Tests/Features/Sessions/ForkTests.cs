using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Features.Sessions;

public sealed class ForkTests
{
    [Fact]
    public async Task What_is_taken_back_for_good_leaves_the_notes_too()
    {
        await using var harness = await StartAsync();
        var (session, second) = await TwoTurnsAsync(harness);
        await File.AppendAllTextAsync(NotesOf(harness, session), "a line of mine\n");

        await harness.Workspace.Changes.RevertAsync(session, new RevertRequest(second), CancellationToken.None);
        Assert.Contains("spaces", Notes(harness, session), StringComparison.Ordinal);
        await harness.RunAsync("Go on", session);

        Assert.EndsWith("Use tabs,\n  four wide\na line of mine\n", Notes(harness, session), StringComparison.Ordinal);
        Assert.DoesNotContain("spaces", Notes(harness, session), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_knows_what_the_session_knew_at_that_point_and_nothing_of_its_files()
    {
        await using var harness = await StartAsync();
        var (session, second) = await TwoTurnsAsync(harness);
        await using var database = await Database.OpenAsync(Path.Combine(harness.Project.Home, "mimocode/data/mimocode.db"), TimeProvider.System, CancellationToken.None);
        var (store, checkpoints) = (new SessionStore(database, new BlobStore(database)), new CheckpointStore(database));
        var numbers = store.Numbers(session, 0);
        var (before, last) = (numbers.Values.Where(number => number < numbers[second]).Max(), numbers.Values.Max());
        await checkpoints.CommitAsync(session, $"## Rules\n- [R1] Use tabs (2026-01-01 10:00 #{before})", before, 10, true, null, CancellationToken.None);
        await checkpoints.CommitAsync(session, $"## Rules\n- [R1] Use spaces (2026-01-01 10:01 #{last})", last, 20, true, null, CancellationToken.None);

        var half = await harness.Workspace.Sessions.ForkAsync(session, second, CancellationToken.None);
        var whole = await harness.Workspace.Sessions.ForkAsync(session, null, CancellationToken.None);

        Assert.DoesNotContain("spaces", Notes(harness, half.Id), StringComparison.Ordinal);
        Assert.Equal(Notes(harness, session), Notes(harness, whole.Id));
        var (newest, newestOfWhole) = (store.Numbers(half.Id, 0).Values.Max(), store.Numbers(whole.Id, 0).Values.Max());
        Assert.Equal((newest, $"- [R1] Use tabs (2026-01-01 10:00 #{newest})"), Of(checkpoints.Latest(half.Id)!));
        Assert.Equal((newestOfWhole, $"- [R1] Use spaces (2026-01-01 10:01 #{newestOfWhole})"), Of(checkpoints.Latest(whole.Id)!));
        Assert.Empty((await harness.Workspace.Changes.DiffAsync(whole.Id, null, CancellationToken.None)).Files);

        static (long, string) Of(StoredCheckpoint checkpoint) => (checkpoint.CoveredSeq, checkpoint.Body.Split('\n')[^1]);
    }

    private static Task<TalkHarness> StartAsync() => TalkHarness.StartAsync(
        Note("Use tabs,\nfour wide"), Reply.Call("write", new { filePath = "a.txt", content = "x\n" }), Reply.Say("Noted."), Note("Use spaces"), Reply.Say("Noted again."), Reply.Say("Yes."));

    private static Reply Note(string text) => Reply.Call("memory", new { action = "note", text });

    private static async Task<(string Session, string SecondPrompt)> TwoTurnsAsync(TalkHarness harness)
    {
        var (session, _) = await harness.RunAsync("How wide?");
        var (_, second) = await harness.RunAsync("Really?", session);
        return (session, ((AssistantMessage)second.Reply!.Info).ParentId);
    }

    private static string NotesOf(TalkHarness harness, string session) => Path.Combine(harness.Memory, "sessions", session, "notes.md");

    private static string Notes(TalkHarness harness, string session) => File.ReadAllText(NotesOf(harness, session));
}
