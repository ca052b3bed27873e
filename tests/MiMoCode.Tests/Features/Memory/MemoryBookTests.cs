using MiMoCode.Engine.Features.Memory;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Features.Memory;

public sealed class MemoryBookTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task A_line_is_remembered_once_forgotten_with_a_copy_and_brought_back()
    {
        await using var harness = await TalkHarness.StartAsync();
        var memory = harness.Workspace.Memory;

        await memory.AddAsync("The tests need Redis.", MemoryLayer.Project, Never);
        var again = await memory.AddAsync("the tests need redis.", MemoryLayer.Project, Never);
        var line = Assert.Single(memory.Search("Redis", null, 10));
        await memory.ForgetAsync("project", line.Line, null, Never);

        Assert.Equal(again, line);
        Assert.Empty(memory.Search("Redis", null, 10));
        await memory.RestoreAsync("project", null, null, Never);
        Assert.Equal(line, Assert.Single(memory.Search("Redis", null, 10)));
        Assert.Equal([true, false, false], memory.Versions("project", null).Select(version => version.Current));
    }

    [Fact]
    public async Task What_a_person_wrote_by_hand_is_a_version_before_anything_changes_it()
    {
        await using var harness = await TalkHarness.StartAsync();
        var memory = harness.Workspace.Memory;
        var file = (await memory.AddAsync("One.", MemoryLayer.Global, Never)).Path;
        File.WriteAllText(file, "my own words\n  go on here\n- and a line\n");

        var gone = await memory.ForgetAsync("global", 1, null, Never);

        Assert.Equal("my own words\n  go on here", gone.Text);
        Assert.Equal("- and a line\n", File.ReadAllText(file));
        await memory.RestoreAsync("global", memory.Versions("global", null)[1].Version, null, Never);
        Assert.Equal("my own words\n  go on here\n- and a line\n", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("notes")]
    [InlineData("sessions/SES/notes.md")]
    [InlineData("sessions\\SES\\notes.md")]
    public async Task Files_are_found_by_their_name_and_by_paths_with_either_separator(string name)
    {
        await using var harness = await TalkHarness.StartAsync(Reply.Call("memory", new { action = "note", text = "Port 6390." }), Reply.Say("Noted."));
        var (session, _) = await harness.RunAsync("Note it");

        var shown = harness.Workspace.Memory.Show(name.Replace("SES", session, StringComparison.Ordinal), session);

        Assert.Contains("Port 6390.", shown.Text, StringComparison.Ordinal);
        Assert.Equal("notes", shown.Name);
    }

    [Theory]
    [InlineData("../../secret.md")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\..\\secret.md")]
    [InlineData("projects/other/MEMORY.md")]
    public async Task Nothing_outside_of_this_projects_memory_is_shown(string name)
    {
        await using var harness = await TalkHarness.StartAsync();
        Directory.CreateDirectory(Path.Combine(harness.Memory, "projects/other"));
        File.WriteAllText(Path.Combine(harness.Memory, "projects/other/MEMORY.md"), "secret");

        Assert.Throws<UserException>(() => harness.Workspace.Memory.Show(name, null));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(0)]
    [InlineData(99)]
    public async Task A_heading_or_a_line_that_is_not_there_cannot_be_forgotten(int number)
    {
        await using var harness = await TalkHarness.StartAsync();
        await harness.Workspace.Memory.AddAsync("One.", MemoryLayer.Project, Never);

        await Assert.ThrowsAsync<UserException>(() => harness.Workspace.Memory.ForgetAsync("project", number, null, Never));

        Assert.Single(harness.Workspace.Memory.Versions("project", null));
    }

    [Fact]
    public async Task What_was_forgotten_is_not_remembered_again_by_the_next_checkpoint()
    {
        await using var team = await TeamHarness.StartAsync(new TeamProvider());
        var project = new ProjectMemory(team.Memory, team.Leases, "prj");
        MemoryLine[] lines = [new("The port is 6390.", DateTimeOffset.UnixEpoch, 1), new("Use tabs.", DateTimeOffset.UnixEpoch, 2)];
        await project.UpdateAsync(lines, (_, _) => null, "ses_1", Never);
        var kept = File.ReadAllLines(team.Memory.Project).Where(line => !line.Contains("6390", StringComparison.Ordinal));
        await team.Memory.WriteAsync(team.Memory.Project, string.Join('\n', kept) + "\n", "person", null, Never);

        await project.UpdateAsync([.. lines, new("Tests run in CI.", DateTimeOffset.UnixEpoch, 3)], (_, _) => null, "ses_1", Never);

        var text = MemoryFiles.Read(team.Memory.Project).Text;
        Assert.DoesNotContain("6390", text, StringComparison.Ordinal);
        Assert.Contains("Use tabs.", text, StringComparison.Ordinal);
        Assert.Contains("Tests run in CI.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_learnt_and_taken_back_leaves_the_projects_memory_and_may_be_learnt_again()
    {
        await using var team = await TeamHarness.StartAsync(new TeamProvider());
        var project = new ProjectMemory(team.Memory, team.Leases, "prj");
        MemoryLine tabs = new("Use tabs.", DateTimeOffset.UnixEpoch, 1), port = new("The port is 6390.", DateTimeOffset.UnixEpoch, 2);
        await project.UpdateAsync([tabs], (_, _) => null, "ses_1", Never);
        var before = File.ReadAllText(team.Memory.Project);
        var point = team.Memory.Versions(team.Memory.Project)[0].Time.AddTicks(1);
        await project.UpdateAsync([tabs, port], (_, _) => null, "ses_1", Never);

        await project.TakeBackAsync("ses_2", point, Never);
        Assert.NotEqual(before, File.ReadAllText(team.Memory.Project));
        await project.TakeBackAsync("ses_1", point, Never);
        Assert.Equal(before, File.ReadAllText(team.Memory.Project));

        await project.UpdateAsync([tabs, port], (_, _) => null, "ses_1", Never);
        Assert.Contains("6390", File.ReadAllText(team.Memory.Project), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_changes_nothing_and_says_so()
    {
        await using var harness = await TalkHarness.StartAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(harness.Memory)!);
        File.WriteAllText(harness.Memory, "in the way");

        var refused = await Assert.ThrowsAsync<UserException>(() => harness.Workspace.Memory.AddAsync("One.", MemoryLayer.Project, Never));

        Assert.StartsWith("Nothing was changed: ", refused.Message, StringComparison.Ordinal);
    }
}
