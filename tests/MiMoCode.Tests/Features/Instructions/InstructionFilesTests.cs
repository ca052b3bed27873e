using MiMoCode.Engine.Features.Instructions;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Features.Instructions;

public sealed class InstructionFilesTests : IDisposable
{
    private static readonly string Long = new('x', 600);
    private readonly TempProject project = new((".git/HEAD", ""), ("a/b/keep", ""));

    public void Dispose() => project.Dispose();

    [Fact]
    public void Reads_every_level_from_the_root_down_and_the_users_own_first()
    {
        Directory.CreateDirectory(Path.Combine(project.Home, ".config", "mimocode"));
        File.WriteAllText(Path.Combine(project.Home, ".config", "mimocode", "AGENTS.md"), "mine");
        project.Write("AGENTS.md", Long);
        project.Write("a/AGENTS.md", Long);
        project.Write("a/CLAUDE.md", "not read: AGENTS.md says enough");
        Assert.Equal(["~/.config/mimocode/AGENTS.md", "AGENTS.md", "a/AGENTS.md"], Labels("a"));
        Assert.StartsWith($"Instructions from: {project["AGENTS.md"]}\n", Open("a").Read()[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_file_brings_the_other_one_along()
    {
        project.Write("AGENTS.md", "See CLAUDE.md");
        project.Write("CLAUDE.md", "rules");
        Assert.Equal(["AGENTS.md", "CLAUDE.md"], Labels(""));
        Assert.Equal(["AGENTS.md"], Labels("", ("MIMOCODE_DISABLE_CLAUDE_CODE_PROMPT", "1")));
        Assert.Empty(Labels("", ("MIMOCODE_DISABLE_INSTRUCTIONS", "true")));
    }

    [Fact]
    public void Without_the_first_name_the_nearest_of_the_other_counts()
    {
        project.Write("CLAUDE.md", "far");
        project.Write("a/CLAUDE.md", "near");
        Assert.Equal(["a/CLAUDE.md"], Labels("a/b"));
    }

    [Fact]
    public void Deeper_files_bring_their_instructions_once()
    {
        project.Write("AGENTS.md", Long);
        project.Write("a/AGENTS.md", Long);
        project.Write("a/b/CLAUDE.md", "deep");
        var files = Open("");
        var near = files.Near(project["a/b/keep"], new HashSet<string>());
        Assert.Equal(["a/AGENTS.md", "a/b/CLAUDE.md"], near.Select(i => i.Label));
        Assert.Empty(files.Near(project["a/b/keep"], near.Select(i => i.Path).ToHashSet()));
    }

    [Fact]
    public void Settings_name_more()
    {
        project.Write("docs/one.md", "1");
        project.Write("docs/two.md", "2");
        project.Write("mimocode.json", """{"instructions": ["docs/*.md", "none.md"]}""");
        Assert.Equal(["docs/one.md", "docs/two.md"], Labels(""));
    }

    [Fact]
    public void A_link_out_of_the_project_is_not_followed_and_a_huge_file_is_cut()
    {
        File.WriteAllText(Path.Combine(project.Home, "secret"), "canary");
        File.CreateSymbolicLink(project["AGENTS.md"], Path.Combine(project.Home, "secret"));
        Assert.Empty(Labels(""));
        File.Delete(project["AGENTS.md"]);
        project.Write("AGENTS.md", new string('y', 100_000));
        Assert.InRange(Assert.Single(Open("").Read()).Text.Length, 65_536, 65_600);
    }

    private IEnumerable<string> Labels(string folder, params (string Name, string Value)[] variables) =>
        Open(folder, variables).Read().Select(instruction => instruction.Label);

    private InstructionFiles Open(string folder, params (string Name, string Value)[] variables)
    {
        var environment = new EnvironmentVariables(variables.Append(("HOME", project.Home)).ToDictionary(v => v.Item1, v => v.Item2));
        var folders = new Folders(environment);
        var here = ProjectFolders.Of(project[folder]);
        return new(environment, folders, here, ConfigLoader.Load(environment, folders, here));
    }
}
