using MiMoCode.Engine.Features.Undo;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Features.Undo;

/// <summary>Taking back what an agent did, beside people who work in the same files.</summary>
public sealed class SessionUndoTests
{
    [Fact]
    public async Task Undo_leaves_the_tree_as_it_was_and_redo_as_the_agent_made_it()
    {
        await using var undo = await UndoFixture.OpenAsync(("src/run.sh", "echo 1\n"), ("gone.txt", "old\n"), (".gitignore", "*.log\n"), ("a.log", "mine\n"));
        File.SetUnixFileMode(undo.Project["src/run.sh"], (UnixFileMode)0b111_101_000);
        var before = undo.Tree;
        await undo.PromptAsync("go");
        await undo.EditAsync("src/run.sh", "echo 2\n");
        await undo.EditAsync("src/run.sh", "echo 3\n");
        await undo.EditAsync("gone.txt", null);
        await undo.EditAsync("new/deep/file.txt", "made\n");
        await undo.EditAsync("a.log", "the agent's\n");
        var after = undo.Tree;

        var back = await undo.RevertAsync();
        Assert.Equal(before, undo.Tree);
        Assert.All(back.Files, file => Assert.Equal(RevertOutcome.Restored, file.Outcome));
        await undo.UnrevertAsync();
        Assert.Equal(after, undo.Tree);
        await undo.RevertAsync();
        Assert.Equal(before, undo.Tree);
    }

    [Fact]
    public async Task What_a_person_changed_in_the_same_file_stays()
    {
        await using var undo = await UndoFixture.OpenAsync(("a.txt", "1\n2\n3\n4\n5\n"));
        await undo.PromptAsync("go");
        await undo.EditAsync("a.txt", "ONE\n2\n3\n4\n5\n");
        undo.Project.Write("a.txt", "ONE\n2\n3\n4\n5\nmine\n");

        Assert.Equal(RevertOutcome.Merged, Assert.Single((await undo.RevertAsync()).Files).Outcome);
        Assert.Equal("1\n2\n3\n4\n5\nmine\n", undo.Project.Read("a.txt"));
        await undo.UnrevertAsync();
        Assert.Equal("ONE\n2\n3\n4\n5\nmine\n", undo.Project.Read("a.txt"));
    }

    [Fact]
    public async Task A_change_between_two_edits_stays()
    {
        await using var undo = await UndoFixture.OpenAsync(("a.txt", "1\n2\n3\n4\n5\n6\n7\n"));
        await undo.PromptAsync("go");
        await undo.EditAsync("a.txt", "ONE\n2\n3\n4\n5\n6\n7\n");
        undo.Project.Write("a.txt", "ONE\n2\n3\nmine\n5\n6\n7\n");
        await undo.EditAsync("a.txt", "ONE\n2\n3\nmine\n5\n6\nSEVEN\n");

        Assert.Equal(2, Assert.Single((await undo.DiffAsync()).Files).Additions);
        await undo.RevertAsync();
        Assert.Equal("1\n2\n3\nmine\n5\n6\n7\n", undo.Project.Read("a.txt"));
    }

    [Fact]
    public async Task A_file_that_cannot_be_merged_is_left_alone_and_named_and_the_others_go_back()
    {
        await using var undo = await UndoFixture.OpenAsync(("a.txt", "1\n"), ("b.txt", "1\n"));
        await undo.PromptAsync("go");
        await undo.EditAsync("a.txt", "2\n");
        await undo.EditAsync("b.txt", "2\n");
        undo.Project.Write("a.txt", "3\n");

        var files = (await undo.RevertAsync()).Files;

        Assert.Equal("3\n", undo.Project.Read("a.txt"));
        Assert.Equal("1\n", undo.Project.Read("b.txt"));
        Assert.Equal((RevertOutcome.Refused, "the same lines were changed since (line 1)"), (files[0].Outcome, files[0].Reason));
        await undo.UnrevertAsync();
        Assert.Equal(("3\n", "2\n"), (undo.Project.Read("a.txt"), undo.Project.Read("b.txt")));
    }

    [Fact]
    public async Task What_the_agent_did_not_make_is_never_deleted()
    {
        await using var undo = await UndoFixture.OpenAsync(("mine.txt", "mine\n"), ("was.txt", "old\n"));
        await undo.PromptAsync("go");
        await undo.EditAsync("made.txt", "made\n");
        await undo.EditAsync("kept.txt", "made\n");
        await undo.EditAsync("was.txt", null);
        undo.Project.Write("made.txt", "made\nand mine\n");
        undo.Project.Write("was.txt", "a new one of mine\n");
        undo.Project.Write("beside.txt", "mine\n");

        var files = (await undo.RevertAsync()).Files.ToDictionary(file => file.File, file => file.Outcome);

        Assert.Equal("made\nand mine\n", undo.Project.Read("made.txt"));
        Assert.Equal("a new one of mine\n", undo.Project.Read("was.txt"));
        Assert.Equal(("mine\n", "mine\n"), (undo.Project.Read("mine.txt"), undo.Project.Read("beside.txt")));
        Assert.False(File.Exists(undo.Project["kept.txt"]));
        Assert.Equal((RevertOutcome.Refused, RevertOutcome.Refused, RevertOutcome.Restored), (files["made.txt"], files["was.txt"], files["kept.txt"]));
    }

    [NeedsFact("git")]
    public async Task The_repository_sees_nothing_of_it()
    {
        await using var undo = await UndoFixture.OpenAsync(new TempProject(("sub/a.txt", "1\n"), ("b.txt", "1\n")).WithGit());
        undo.Project.Write("b.txt", "staged\n");
        undo.Project.Git("add", "b.txt");
        undo.Project.Write("untracked.txt", "mine\n");
        var (status, before) = (undo.Project.Git("status", "--porcelain"), undo.Tree);
        await undo.PromptAsync("go");
        await undo.EditAsync("sub/a.txt", "2\n");
        await undo.EditAsync("b.txt", "2\n");
        await undo.EditAsync("untracked.txt", "2\n");

        await undo.RevertAsync();

        Assert.Equal(before, undo.Tree);
        Assert.Equal(status, undo.Project.Git("status", "--porcelain"));
    }

    [Fact]
    public async Task A_turn_without_edits_changes_nothing()
    {
        await using var undo = await UndoFixture.OpenAsync(("a.txt", "1\n"));
        await undo.PromptAsync("first");
        await undo.EditAsync("a.txt", "2\n");
        var prompt = await undo.PromptAsync("only talk");
        var tree = undo.Tree;

        var result = await undo.RevertAsync();

        Assert.Empty(result.Files);
        Assert.Equal(prompt, result.Session.Revert?.MessageId);
        Assert.Equal(tree, undo.Tree);
    }

    [Fact]
    public async Task Undo_goes_back_prompt_by_prompt_and_redo_brings_all_back()
    {
        await using var undo = await UndoFixture.OpenAsync(("a.txt", "0\n"));
        foreach (var turn in new[] { "1", "2", "3" })
        {
            await undo.PromptAsync(turn);
            await undo.EditAsync("a.txt", turn + "\n");
        }

        foreach (var expected in new[] { "2\n", "1\n", "0\n" })
        {
            await undo.RevertAsync();
            Assert.Equal(expected, undo.Project.Read("a.txt"));
        }

        var wrong = await Assert.ThrowsAsync<UserException>(() => undo.RevertAsync());
        Assert.Contains("nothing more", wrong.Message, StringComparison.Ordinal);
        Assert.Null((await undo.UnrevertAsync()).Session.Revert);
        Assert.Equal("3\n", undo.Project.Read("a.txt"));
    }

    [Fact]
    public async Task What_was_said_since_ends_the_redo_and_the_next_undo_takes_back_only_its_own()
    {
        await using var undo = await UndoFixture.OpenAsync(("a.txt", "0\n"), ("b.txt", "0\n"));
        await undo.PromptAsync("one");
        await undo.EditAsync("a.txt", "1\n");
        await undo.RevertAsync(scope: RevertScope.Files);
        await undo.PromptAsync("two");
        await undo.EditAsync("b.txt", "2\n");

        await Assert.ThrowsAsync<UserException>(undo.UnrevertAsync);
        Assert.Equal("b.txt", Assert.Single((await undo.RevertAsync()).Files).File);
        Assert.Equal(("0\n", "0\n"), (undo.Project.Read("a.txt"), undo.Project.Read("b.txt")));
    }

    [Fact]
    public async Task Files_and_talk_are_taken_back_apart()
    {
        await using var undo = await UndoFixture.OpenAsync(("a.txt", "1\n"));
        await undo.PromptAsync("go");
        await undo.EditAsync("a.txt", "2\n");

        Assert.NotNull((await undo.RevertAsync(scope: RevertScope.Talk)).Session.Revert);
        Assert.Equal("2\n", undo.Project.Read("a.txt"));
        await undo.UnrevertAsync();
        Assert.Null((await undo.RevertAsync(scope: RevertScope.Files)).Session.Revert);
        Assert.Equal("1\n", undo.Project.Read("a.txt"));
    }

    [Fact]
    public async Task A_preview_shows_and_changes_nothing_and_hides_what_may_not_be_read()
    {
        await using var undo = await UndoFixture.OpenAsync(("a.txt", "1\n"), (".env", "KEY=old\n"));
        await undo.PromptAsync("go");
        await undo.EditAsync("a.txt", "2\n");
        await undo.EditAsync(".env", "KEY=canary\n");
        var tree = undo.Tree;

        var result = await undo.RevertAsync(preview: true);
        var diff = await undo.DiffAsync();

        Assert.Equal(tree, undo.Tree);
        Assert.Null(result.Session.Revert);
        Assert.Contains("-2\n+1\n", result.Files[0].Patch, StringComparison.Ordinal);
        Assert.DoesNotContain("KEY", string.Concat(result.Files.Select(file => file.Patch)) + string.Concat(diff.Files.Select(file => file.Patch)), StringComparison.Ordinal);
        Assert.Equal(2, diff.Files.Length);
    }

    [Fact]
    public async Task Two_sessions_in_one_file_take_back_only_their_own()
    {
        await using var undo = await UndoFixture.OpenAsync(("a.txt", "1\n2\n3\n4\n5\n"));
        await undo.AddSessionAsync("ses_2");
        await undo.PromptAsync("one");
        await undo.EditAsync("a.txt", "ONE\n2\n3\n4\n5\n");
        await undo.PromptAsync("two", "ses_2");
        await undo.EditAsync("a.txt", "ONE\n2\n3\n4\nFIVE\n", "ses_2");

        await undo.RevertAsync();

        Assert.Equal("1\n2\n3\n4\nFIVE\n", undo.Project.Read("a.txt"));
    }

    [Fact]
    public async Task A_session_that_works_is_not_touched()
    {
        await using var undo = await UndoFixture.OpenAsync(("a.txt", "1\n"));
        await undo.PromptAsync("go");
        await undo.EditAsync("a.txt", "2\n");
        var lease = await undo.Leases.TryAcquireAsync(Leases.OfSession("ses_1"), CancellationToken.None);

        var busy = await Assert.ThrowsAsync<UserException>(() => undo.RevertAsync());

        Assert.Equal((409, "2\n"), (busy.HttpStatus, undo.Project.Read("a.txt")));
        Assert.NotNull(lease);
    }

    [Fact]
    public async Task A_move_that_a_crash_interrupted_is_ended_at_the_next_start()
    {
        await using var undo = await UndoFixture.OpenAsync(("a.txt", "1\n"), ("b.txt", "1\n"));
        var before = undo.Tree;
        var prompt = await undo.PromptAsync("go");
        await undo.EditAsync("a.txt", "2\n");
        await undo.EditAsync("b.txt", "2\n");

        // The first file was replaced, its journal not yet written, when the power went.
        undo.Project.Write("a.txt", "1\n");
        var newest = undo.Store.Page("ses_1", 1, null).Messages[^1].Info.Id;
        var ids = undo.Journal.OfRoot("ses_1").Select(edit => edit.Id);
        await undo.Points.SetAsync("ses_1", new UndoPoint(prompt, [.. ids], RevertScope.Both, newest, Pending: true), CancellationToken.None);
        await undo.Undo.ResumeAsync(CancellationToken.None);

        Assert.Equal(before, undo.Tree);
        Assert.Equal(prompt, undo.Store.Find("ses_1")!.Revert?.MessageId);
        Assert.All(undo.Journal.OfRoot("ses_1"), edit => Assert.Equal(EditState.Undone, edit.State));
        await undo.UnrevertAsync();
        Assert.Equal(("2\n", "2\n"), (undo.Project.Read("a.txt"), undo.Project.Read("b.txt")));
    }

    [Fact]
    public async Task A_path_that_became_a_link_is_not_followed()
    {
        await using var undo = await UndoFixture.OpenAsync(("sub/a.txt", "1\n"), ("elsewhere/a.txt", "2\n"));
        await undo.PromptAsync("go");
        await undo.EditAsync("sub/a.txt", "2\n");
        Directory.Delete(undo.Project["sub"], recursive: true);
        Directory.CreateSymbolicLink(undo.Project["sub"], undo.Project["elsewhere"]);

        Assert.Equal(RevertOutcome.Refused, Assert.Single((await undo.RevertAsync()).Files).Outcome);
        Assert.Equal("2\n", undo.Project.Read("elsewhere/a.txt"));
    }
}
