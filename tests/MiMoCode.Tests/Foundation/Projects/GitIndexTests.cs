using MiMoCode.Engine.Foundation.Projects;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Foundation.Projects;

public sealed class GitIndexTests : IDisposable
{
    private readonly TempProject project = new TempProject(("a.txt", "one\n"), ("sub/b.txt", "two\n"), ("sub/bc.txt", ""), ("käse/ü.txt", "three\n")).WithGit();

    public void Dispose() => project.Dispose();

    [Theory]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("4")]
    public void Reads_what_git_lists(string version)
    {
        for (var i = 0; i < 300; i++)
            project.Write($"many/{new string('n', i % 150)}{i}", $"{i}\n");
        project.Git("add", "--all");
        project.Git("update-index", "--index-version", version);
        var listed = project.Git("ls-files", "-s", "-z").Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => (Path: line.Split('\t')[1], Id: line.Split(' ')[1])).OrderBy(file => file.Path, StringComparer.Ordinal);
        var index = Index();
        Assert.Equal(listed, index.Select(file => (Path: file.Key, file.Value.Id)).OrderBy(file => file.Path, StringComparer.Ordinal));
        Assert.Equal(4u, index["a.txt"].Length);
    }

    [Fact]
    public void Leaves_out_entries_that_mean_something_else()
    {
        File.CreateSymbolicLink(project["link"], "a.txt");
        project.Write("later.txt", "x\n");
        project.Git("add", "link");
        project.Git("add", "--intent-to-add", "later.txt");
        project.Git("update-index", "--assume-unchanged", "sub/b.txt");
        project.Git("update-index", "--skip-worktree", "sub/bc.txt");
        Assert.Equal(["a.txt", "käse/ü.txt"], Index().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Refuses_an_index_in_parts()
    {
        project.Git("update-index", "--split-index");
        Assert.Throws<FormatException>(Index);
    }

    [Fact]
    public void Refuses_ids_of_another_length()
    {
        using var other = new TempProject(("a.txt", "one\n"), ("b.txt", "two\n"));
        other.Git("init", "--quiet", "--object-format=sha256");
        other.Git("add", "--all");
        Assert.Throws<FormatException>(() => GitIndex.Parse(File.ReadAllBytes(other[".git/index"])));
    }

    [Fact]
    public void Withstands_whatever_the_file_holds()
    {
        var whole = File.ReadAllBytes(project[".git/index"]);
        project.Git("update-index", "--index-version", "4");
        var random = new Random(7);
        foreach (var start in new[] { whole, File.ReadAllBytes(project[".git/index"]) })
        {
            for (var round = 0; round < 5_000; round++)
            {
                var bytes = start[..(round % 3 == 0 ? random.Next(start.Length) : start.Length)];
                for (var change = random.Next(4); change > 0 && bytes.Length > 0; change--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                try
                {
                    GitIndex.Parse(bytes);
                }
                catch (FormatException)
                {
                    // What is expected of it.
                }
            }
        }
    }

    private Dictionary<string, IndexedFile> Index() => GitIndex.Parse(File.ReadAllBytes(project[".git/index"]));
}
