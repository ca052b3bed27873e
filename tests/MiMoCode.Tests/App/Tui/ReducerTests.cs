using System.Collections.Immutable;
using MiMoCode.App.Tui.State;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.App.Tui;

public sealed class ReducerTests
{
    private static readonly TuiState Empty = new() { Session = new QuietClient().Add(Talks.SessionId, "Test") };

    [Fact]
    public void Text_grows_by_deltas_and_is_replaced_by_the_stored_part()
    {
        var open = Talks.Text("msg_2", "prt_1", "", open: true);
        var growing = Fold(Empty, Talks.Told(Talks.Reply("msg_2")), Talks.Told(open), Talks.Delta("msg_2", "prt_1", "Hel"), Talks.Delta("msg_2", "prt_1", "lo"));
        Assert.Equal("Hello", growing.Messages[0].Parts[0].Growing.ToString());

        var stored = Fold(growing, Talks.Told(Talks.Text("msg_2", "prt_1", "Hello!")));
        Assert.Null(stored.Messages[0].Parts[0].Growing);
        Assert.Equal("Hello!", Assert.IsType<TextPart>(stored.Messages[0].Parts[0].Part).Text);
        Assert.Equal("Hello", growing.Messages[0].Parts[0].Growing.ToString());
    }

    [Fact]
    public void Two_futures_of_one_text_do_not_see_each_other()
    {
        var start = new GrowingText().Append("a");
        var one = start.Append("b");
        var other = start.Append("c");
        Assert.Equal(("a", "ab", "ac"), (start.ToString(), one.ToString(), other.ToString()));
        Assert.True(one.Continues(start));
        Assert.False(other.Continues(one));
    }

    [Fact]
    public void A_delta_of_an_unknown_part_or_of_another_session_changes_nothing()
    {
        Assert.Same(Empty, Reducer.Reduce(Empty, Talks.Delta("msg_9", "prt_9", "x")));
        Assert.Same(Empty, Reducer.Reduce(Empty, new MessageUpdated(Talks.User("msg_1")) { SessionId = "ses_other" }));
    }

    [Fact]
    public void A_call_keeps_its_place_while_its_state_changes()
    {
        var pending = Talks.Call("msg_2", "prt_1", "bash", new ToolPending(Talks.Json("{}")));
        var state = Fold(
            Empty, Talks.Told(Talks.Reply("msg_2")), Talks.Told(pending), Talks.Told(Talks.Text("msg_2", "prt_2", "more")),
            Talks.Told(Talks.Call("msg_2", "prt_1", "bash", null, "done")));
        Assert.Equal(["prt_1", "prt_2"], state.Messages[0].Parts.Select(part => part.Part.Id));
        Assert.IsType<ToolCompleted>(Assert.IsType<ToolPart>(state.Messages[0].Parts[0].Part).State);
    }

    [Fact]
    public void A_waiting_prompt_is_shown_until_it_is_taken()
    {
        var waiting = Reducer.Wait(Empty, new WaitingPrompt("msg_5", "later", Steers: false));
        Assert.Equal("later", Assert.Single(waiting.Waiting).Text);
        var taken = Fold(waiting, Talks.Told(Talks.User("msg_5")));
        Assert.Empty(taken.Waiting);
        Assert.Empty(Reducer.Wait(taken, new WaitingPrompt("msg_5", "later", Steers: false)).Waiting);
    }

    [Fact]
    public void Questions_to_people_are_kept_until_they_are_answered_wherever_they_come_from()
    {
        var request = new PermissionRequest("per_1", "ses_other", "bash", ["ls"], Talks.Json("{}"), []);
        var asked = Fold(Empty, new PermissionAsked(request), new PermissionAsked(request));
        Assert.Single(asked.Permissions);
        Assert.Empty(Fold(asked, new PermissionReplied("per_1", PermissionReply.Once) { SessionId = "ses_other" }).Permissions);
    }

    [Fact]
    public void Status_and_the_reason_of_an_end_are_kept()
    {
        var busy = Fold(Empty, new SessionStatusChanged(new SessionIsBusy()) { SessionId = Talks.SessionId });
        Assert.True(busy.IsBusy);
        var ended = Fold(busy, new SessionIdle(StopReason.Budget, "The budget ran out.") { SessionId = Talks.SessionId });
        Assert.Equal((false, "The budget ran out."), (ended.IsBusy, ended.Ended));
        Assert.Null(Fold(ended, new SessionStatusChanged(new SessionIsBusy()) { SessionId = Talks.SessionId }).Ended);
    }

    [Fact]
    public void Older_messages_go_before_those_that_are_held_and_none_twice()
    {
        var held = Fold(Empty with { Before = "9" }, Talks.Told(Talks.User("msg_3")));
        var page = new MessagePage([Talks.Of(Talks.User("msg_1")), Talks.Of(Talks.User("msg_2")), Talks.Of(Talks.User("msg_3"))], "7");
        var more = Reducer.Prepend(held, Talks.SessionId, page, "9");
        Assert.Same(more, Reducer.Prepend(more, Talks.SessionId, page, "9"));
        Assert.Equal(["msg_1", "msg_2", "msg_3"], more.Messages.Select(message => message.Info.Id));
        Assert.Equal("7", more.Before);

        var trimmed = Reducer.Trim(more, Talks.SessionId, new MessagePage([Talks.Of(Talks.User("msg_3"))], "9"));
        Assert.Equal("msg_3", Assert.Single(trimmed.Messages).Info.Id);
        Assert.Equal("9", trimmed.Before);
    }

    [Fact]
    public void What_was_said_far_away_is_let_go_of_by_pages_and_read_again()
    {
        var state = Fold(Empty with { Before = "4" }, Talks.Told(Talks.User("msg_5")), Talks.Told(Talks.Text("msg_5", "prt_5", "heard")));
        var newer = new MessagePage([Said(3), Said(4)], "2");
        var older = new MessagePage([Said(1), Said(2)], null);
        state = Reducer.Prepend(Reducer.Prepend(state, Talks.SessionId, newer, "4"), Talks.SessionId, older, "2");

        var faded = Reducer.Fade(state, 0, 0);
        Assert.Equal([1, 1, 0, 0, 1], faded.Messages.Select(message => message.Parts.Length));
        Assert.Equal([false, false, true, true, false], faded.Messages.Select(message => message.IsFaded));
        Assert.All(faded.Messages, message => Assert.True(message.IsPrompt));

        var revived = Reducer.Revive(faded, Talks.SessionId, newer, "4");
        Assert.Equal(["1", "2", "3", "4", "heard"], revived.Messages.Select(message => Assert.IsType<TextPart>(message.Parts[0].Part).Text));

        static MessageWithParts Said(int number) => Talks.Of(Talks.User($"msg_{number}"), Talks.Text($"msg_{number}", $"prt_{number}", $"{number}"));
    }

    [Fact]
    public void Subagents_are_known_while_they_work()
    {
        var child = Empty.Session! with { Id = "ses_2", Slug = "explore-1", Title = "Look around", ParentId = Talks.SessionId };
        var call = Talks.Call("msg_9", "prt_9", "grep", details: null);
        var working = Fold(
            Empty, new SessionCreated(child) { SessionId = child.Id }, new SessionCreated(child with { Id = "ses_3", ParentId = "ses_other" }) { SessionId = "ses_3" },
            new PartUpdated(call with { SessionId = child.Id }, default) { SessionId = child.Id });
        Assert.Equal(new Subagent("ses_2", "explore-1", "Look around", 1, "grep"), Assert.Single(working.Subagents));
        Assert.Empty(Fold(working, new SessionIdle(StopReason.Done) { SessionId = child.Id }).Subagents);
    }

    [Fact]
    public void Changed_files_are_counted_while_the_agent_works_and_anew_when_it_is_done()
    {
        var edit = Talks.Call("msg_2", "prt_1", "edit", new DiffDetails("a.cs", "@@ -1 +1,2 @@\n-a\n+b\n+c", 2, 1));
        var state = Fold(Empty, Talks.Told(Talks.Reply("msg_2")), Talks.Told(edit), Talks.Told(edit with { Id = "prt_2" }));
        Assert.Equal(new ChangedFile("a.cs", 4, 2), Assert.Single(state.Changed));
        var counted = Reducer.Count(state, Talks.SessionId, new SessionChanges([new FileDiff("a.cs", "", 3, 1)], []));
        Assert.Equal(new ChangedFile("a.cs", 3, 1), Assert.Single(counted.Changed));
    }

    [Fact]
    public void A_deleted_session_is_left_with_its_messages()
    {
        var state = Fold(Empty, Talks.Told(Talks.User("msg_1")), new SessionDeleted(Empty.Session!) { SessionId = Talks.SessionId });
        Assert.Null(state.Session);
        Assert.Empty(state.Messages);
    }

    private static TuiState Fold(TuiState state, params ImmutableArray<Event> events) => events.Aggregate(state, Reducer.Reduce);
}
