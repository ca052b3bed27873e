using System.Text;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;
using MiMoCode.Tests.Features.Compaction;

namespace MiMoCode.Tests.Features.Memory;

public sealed class MemoryTests
{
    [Theory]
    [InlineData("write", "projects/x/MEMORY.md", true)]
    [InlineData("write", "sessions/{session}/checkpoint.md", true)]
    [InlineData("write", "sessions/{session}/../ses_other/notes.md", true)]
    [InlineData("write", "global/MEMORY.md", true)]
    [InlineData("bash", "sessions/{session}/checkpoint.md", true)]
    [InlineData("write", "sessions/{session}/notes.md", false)]
    public async Task The_agent_writes_to_its_notes_and_to_nothing_else_in_there(string tool, string file, bool isRefused)
    {
        WorkspaceHarness? harness = null;
        harness = await WorkspaceHarness.StartAsync(request =>
        {
            if (request.Conversation[^1].Role == "tool" || request.ToolNames.Count is 0)
                return Reply.Say("done");
            var path = $"{harness!.Memory}/{file.Replace("{session}", harness.SessionId, StringComparison.Ordinal)}";
            return tool is "bash"
                ? Reply.Call("bash", new { command = $"echo x > {path}", description = "Writes" })
                : Reply.Call("write", new { filePath = path, content = "x" });
        }, settings: """ "permission": "allow" """);
        await using var closes = harness;
        await harness.AskAsync("try it");

        var call = harness.Workspace.Export(harness.SessionId).Messages.SelectMany(message => message.Parts).OfType<ToolPart>().Single();
        if (isRefused)
            Assert.Contains("notes", Assert.IsType<ToolFailed>(call.State).Error, StringComparison.Ordinal);
        else
            Assert.IsType<ToolCompleted>(call.State);
    }

    [Fact]
    public async Task What_a_person_changed_in_the_checkpoint_holds()
    {
        await using var harness = await WorkspaceHarness.StartAsync(Answer);
        await harness.AskAsync("The kiln fires at 1240 degrees.\nThe glaze comes from pot 9.\n" + string.Concat(Enumerable.Repeat("clay and sand and water ", 3_000)));
        await harness.CommandAsync("rebuild");
        var file = Directory.GetFiles(harness.Memory, "checkpoint.md", SearchOption.AllDirectories).Single();
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, text.Replace("pot 9", "pot 11", StringComparison.Ordinal) + "## Rules\n- never fire the kiln on Sundays\nno heading, no bullet\n");

        await harness.RestartAsync();
        await harness.AskAsync("next");
        await harness.CommandAsync("rebuild");
        await harness.AskAsync("last");
        var seen = string.Concat(harness.Requests[^1].Conversation.Select(said => said.Text));
        Assert.Contains("pot 11", seen, StringComparison.Ordinal);
        Assert.Contains("never fire the kiln on Sundays", seen, StringComparison.Ordinal);
        Assert.Contains("1240 degrees", seen, StringComparison.Ordinal);
        Assert.Contains("no heading, no bullet", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        var versions = await harness.ReadAsync(database => new CheckpointStore(database).Versions(harness.SessionId));
        Assert.Contains(versions, version => version.Body.Contains("pot 9", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_checkpoint_file_shows_the_tasks_as_they_stand_and_does_not_take_them_for_lines_of_its_own()
    {
        await using var harness = await WorkspaceHarness.StartAsync(request =>
            request.Conversation[^1].Text.Contains("plan it", StringComparison.Ordinal) && request.ToolNames.Count > 0 && request.Conversation[^1].Role is "user"
                ? Reply.Call("task", new { action = "create", summary = "Stack the kiln\nFire the kiln" }) : Answer(request));
        await harness.AskAsync("plan it: the kiln fires at 1240 degrees\n" + string.Concat(Enumerable.Repeat("clay and sand and water ", 3_000)));
        await harness.CommandAsync("rebuild");
        var file = Directory.GetFiles(harness.Memory, "checkpoint.md", SearchOption.AllDirectories).Single();
        var text = await File.ReadAllTextAsync(file);
        Assert.Contains("- [open] T2 Fire the kiln\n", text, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, text.Replace("T2 Fire", "T2 Do not fire", StringComparison.Ordinal) + "## Rules\n- never fire the kiln on Sundays\n");
        await harness.RestartAsync();
        await harness.AskAsync("next");
        await harness.CommandAsync("rebuild");
        var body = await harness.ReadAsync(database => new CheckpointStore(database).Latest(harness.SessionId)!.Body);
        Assert.Contains("never fire the kiln on Sundays", body, StringComparison.Ordinal);
        Assert.DoesNotContain("T2", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_memory_file_is_used_as_far_as_it_goes_and_never_shortened()
    {
        await using var harness = await WorkspaceHarness.StartAsync(Answer);
        var id = harness.Workspace.Project.Id;
        var path = Path.Combine(harness.Memory, "projects", id, "MEMORY.md");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        byte[] damaged = [.. Encoding.UTF8.GetBytes("# Project memory\n- releases go out on Tuesdays\n####### broken\n"), 0xFF, 0xFE, 0, .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("x y z\n", 900_000)))];
        await File.WriteAllBytesAsync(path, damaged);

        await harness.AskAsync("The kiln fires at 1240 degrees. " + string.Concat(Enumerable.Repeat("clay and sand and water ", 3_000)));
        await harness.CommandAsync("rebuild");
        Assert.Equal("heard", await harness.AskAsync("next"));
        Assert.Equal(damaged, (await File.ReadAllBytesAsync(path))[..damaged.Length]);
        await harness.RestartAsync();
        Assert.Single(Log(harness).Split('\n'), line => line.Contains("is used as far as it goes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_memory_that_is_too_long_the_newest_lines_are_used_and_it_can_still_be_changed()
    {
        await using var harness = await WorkspaceHarness.StartAsync(Answer);
        var (_, path, _, _) = await harness.Workspace.Memory.AddAsync("The glaze comes from pot 7", MemoryLayer.Project, CancellationToken.None);
        await File.AppendAllTextAsync(path, string.Concat(Enumerable.Repeat("- old clay\n", 70_000)) + "- The kiln fires at 1240 degrees");

        await harness.AskAsync("hello");
        Assert.Contains("1240 degrees", harness.Requests[^1].Text, StringComparison.Ordinal);
        Assert.Contains("kB long", Log(harness), StringComparison.Ordinal);
        await harness.Workspace.Memory.AddAsync("The kiln fires at 1240 degrees", MemoryLayer.Project, CancellationToken.None);
        await harness.Workspace.Memory.ForgetAsync("project", 3, null, CancellationToken.None);
        var text = await File.ReadAllTextAsync(path);
        Assert.DoesNotContain("pot 7", text, StringComparison.Ordinal);
        Assert.EndsWith("- old clay\n- The kiln fires at 1240 degrees", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_where_the_memory_should_be_is_named_and_left_alone()
    {
        await using var harness = await WorkspaceHarness.StartAsync(Answer);
        var (_, path, _, _) = await harness.Workspace.Memory.AddAsync("The glaze comes from pot 7", MemoryLayer.Project, CancellationToken.None);
        File.Delete(path);
        Directory.CreateDirectory(path);
        await File.WriteAllTextAsync(Path.Combine(path, "inside.txt"), "x");

        Assert.Equal("heard", await harness.AskAsync("hello"));
        Assert.Contains("it is a folder", Log(harness), StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<UserException>(() => harness.Workspace.Memory.AddAsync("Another fact", MemoryLayer.Project, CancellationToken.None));
        Assert.Contains("is a folder", refused.Message, StringComparison.Ordinal);
        Assert.Single(harness.Workspace.Memory.Versions("project", null));
        Assert.Equal([path], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
        Assert.True(File.Exists(Path.Combine(path, "inside.txt")));
    }

    [Theory]
    [InlineData("sessions/{session}/checkpoint.md")]
    [InlineData("sessions/{session}/notes.md")]
    [InlineData("projects/{project}/MEMORY.md")]
    [InlineData("global/MEMORY.md")]
    public async Task A_folder_where_a_file_should_be_costs_a_warning_and_not_the_work(string name)
    {
        await using var harness = await WorkspaceHarness.StartAsync(Answer);
        await harness.AskAsync("The kiln fires at 1240 degrees.\n" + string.Concat(Enumerable.Repeat("clay and sand and water ", 3_000)));
        await harness.CommandAsync("rebuild");
        var path = Path.Combine(harness.Memory, name.Replace("{session}", harness.SessionId, StringComparison.Ordinal).Replace("{project}", harness.Workspace.Project.Id, StringComparison.Ordinal));
        if (File.Exists(path))
            File.Delete(path);
        Directory.CreateDirectory(path);

        await harness.RestartAsync();
        Assert.Equal("heard", await harness.AskAsync("The glaze comes from pot 9.\n" + string.Concat(Enumerable.Repeat("clay and sand and water ", 3_000))));
        await harness.CommandAsync("rebuild");
        Assert.Equal("heard", await harness.AskAsync("next"));
        var seen = string.Concat(harness.Requests.Last(request => request.ToolNames.Count > 0).Conversation.Select(said => said.Text));
        Assert.Contains("1240 degrees", seen, StringComparison.Ordinal);
        Assert.Contains("pot 9", seen, StringComparison.Ordinal);
        Assert.Equal([], Directory.GetFileSystemEntries(path));
    }

    [Fact]
    public async Task A_new_session_begins_with_what_the_last_one_knew_at_its_end()
    {
        await using var harness = await WorkspaceHarness.StartAsync(Answer);
        await harness.AskAsync("The kiln fires at 1240 degrees.\nThe glaze comes from pot 9.\n" + string.Concat(Enumerable.Repeat("clay and sand and water ", 3_000)));
        await harness.CommandAsync("rebuild");
        await harness.AskAsync("Changed: the kiln fires at 1180 degrees.");
        await harness.RestartAsync();

        var next = (await harness.Workspace.Sessions.CreateAsync(new CreateSession(), CancellationToken.None)).Id;
        await harness.AskAsync("hello", next);
        var seen = string.Concat(harness.Requests.Last(request => request.ToolNames.Count > 0).Conversation.Select(said => said.Text));
        Assert.Contains("pot 9", seen, StringComparison.Ordinal);
        Assert.Contains("1180 degrees", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("1240", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_read_before_a_restart_need_not_be_read_again_unless_it_changed()
    {
        await using var harness = await WorkspaceHarness.StartAsync(request => request.ToolNames.Count is 0 ? Reply.Say("title")
            : request.Conversation[^1] is { Role: "tool" } ? Reply.Say("done")
            : request.Conversation[^1].Text.Contains("look", StringComparison.Ordinal) ? Reply.Call("read", new { filePath = "readme.md" })
            : Reply.Call("edit", new { filePath = "readme.md", oldString = "hello", newString = "hello hello" }));
        await harness.AskAsync("look");
        await harness.RestartAsync();
        await harness.AskAsync("change");
        Assert.Equal("hello hello\n", harness.Project.Read("readme.md"));

        await harness.RestartAsync();
        harness.Project.Write("readme.md", "hello by somebody else\n");
        await harness.AskAsync("change");
        Assert.Equal("hello by somebody else\n", harness.Project.Read("readme.md"));
        Assert.Contains("changed since", harness.Requests[^1].LastToolResult!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_search_index_is_brought_up_to_date_while_a_session_is_idle()
    {
        await using var harness = await WorkspaceHarness.StartAsync(Answer);
        await harness.AskAsync("The kiln fires at 1240 degrees.");
        for (var round = 0; ; round++)
        {
            var behind = await harness.ReadAsync(database => database.Read(connection =>
                connection.Number("SELECT count(*) FROM doc") is 0));
            if (!behind)
                break;
            Assert.True(round < 500, "the index stays behind");
            await Task.Yield();
        }
    }

    private static string Log(WorkspaceHarness harness) =>
        string.Concat(Directory.GetFiles(Path.Combine(harness.Project.Home, "mimocode"), "*.log", SearchOption.AllDirectories).Select(File.ReadAllText));

    private static Reply Answer(ReceivedRequest request) =>
        request.ToolNames.Count is 0 ? Reply.Say("title")
        : (WindowTests.IsHidden(request) ? Reply.Say("## Discoveries\n- the clay is red\n") : Reply.Say("heard")) with { Usage = new Usage(request.Text.Length / 4, 10) };
}
