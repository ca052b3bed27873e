using System.Diagnostics;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Tools;

/// <summary>Files that change under the tools' hands, and sizes that nobody expects.</summary>
public sealed class HostileFileTests
{
    [Fact]
    public async Task No_swap_of_a_folder_for_a_link_gets_anything_out_or_in()
    {
        await using var tools = await ToolFixture.OpenAsync(("folder/f", "inside"), ("aside", ""));
        var outside = Directory.CreateDirectory(Path.Combine(tools.Project.Home, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "f"), "outside");
        Directory.CreateSymbolicLink(tools.Project["link"], outside);
        using var ended = new CancellationTokenSource();
        var swapping = new Thread(() => Swap(tools.Project, ended.Token));
        swapping.Start();

        var seen = new HashSet<string>();
        for (var i = 0; i < 3_000; i++)
        {
            var target = new TargetPath("f", tools.Project["folder/f"], tools.Project["folder/f"]);
            try
            {
                var before = FileSnapshot.Read(target);
                seen.Add(before.Bytes is null ? "nothing" : System.Text.Encoding.UTF8.GetString(before.Bytes));
                using var staged = StagedFile.Stage(before, "inside"u8.ToArray());
                staged.Commit();
            }
            catch (Exception error) when (error is ToolException or IOException)
            {
                seen.Add("refused");
            }
        }

        await ended.CancelAsync();
        swapping.Join();
        Assert.Contains("inside", seen);
        Assert.DoesNotContain("outside", seen);
        Assert.Equal("outside", await File.ReadAllTextAsync(Path.Combine(outside, "f")));
        Assert.Single(Directory.GetFileSystemEntries(outside));
    }

    [Fact]
    public async Task Large_texts_and_a_million_replacements_take_linear_time()
    {
        await using var tools = await ToolFixture.OpenAsync(("many", string.Concat(Enumerable.Repeat("ab\n", 1_000_000))));
        await tools.SeeAsync("many");
        var start = Stopwatch.GetTimestamp();
        var change = new { filePath = "many", oldString = "a", newString = "x", replaceAll = true };
        Assert.EndsWith("in 1000000 places.", (await tools.RunAsync(tools.Edit, change)).Output, StringComparison.Ordinal);
        var absent = new { filePath = "many", oldString = new string('z', 5 << 20), newString = "" };
        Assert.Contains("not found", await tools.FailAsync(tools.Edit, absent), StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30));
        Assert.StartsWith("xb\nxb\n", tools.Project.Read("many"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_too_large_to_change_says_so()
    {
        await using var tools = await ToolFixture.OpenAsync();
        await using (var file = File.Create(tools.Project["huge"]))
            file.SetLength(FileSnapshot.Largest + 1);
        Assert.StartsWith("huge has 32 MB, more than can be changed here", await tools.FailAsync(
            tools.Write, new { filePath = "huge", content = "" }), StringComparison.Ordinal);
    }

    [NeedsFact("python3")]
    public async Task Attributes_beside_the_content_are_kept()
    {
        await using var tools = await ToolFixture.OpenAsync(("f", "old"));
        await PythonAsync($"import os; os.setxattr('{tools.Project["f"]}', 'user.mimo', b'kept')");
        await tools.SeeAsync("f");
        await tools.RunAsync(tools.Edit, new { filePath = "f", oldString = "old", newString = "new" });
        await PythonAsync($"import os; assert os.getxattr('{tools.Project["f"]}', 'user.mimo') == b'kept'");
    }

    private static void Swap(TempProject project, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                Directory.Move(project["folder"], project["kept"]);
                File.CreateSymbolicLink(project["folder"], new FileInfo(project["link"]).LinkTarget!);
                File.Delete(project["folder"]);
                Directory.Move(project["kept"], project["folder"]);
            }
            catch (IOException)
            {
                // The other side made the folder anew; put the old one out of the way.
                if (Directory.Exists(project["kept"]))
                    Directory.Delete(project["kept"], recursive: true);
            }
        }
    }

    private static async Task PythonAsync(string code)
    {
        using var process = Process.Start("python3", ["-c", code]);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
