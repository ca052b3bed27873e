using System.Runtime.InteropServices;
using System.Text;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Fuzz;

/// <summary>A folder with links of all kinds, in which the kernel says where a path leads.</summary>
internal sealed class PathOracle : IDisposable
{
    private const int PathOnly = 0x200000, CloseOnExec = 0x80000;
    private static readonly string[] Names = ["a", "b", "..", ".", "up", "link", "loop", "dangling", "abs", "file", "deep"];

    private readonly TempProject project = new(("a/b/x", ""), ("file", ""));
    private readonly byte[] answer = new byte[4096];
    private readonly List<string> links = [];

    public PathOracle()
    {
        Link("link", "a/b");
        Link("a/link", "..");
        Link("a/b/link", "../../a");
        Link("up", "..");
        Link("loop", "loop");
        Link("dangling", "nowhere/at/all");
        Link("abs", project.Root);
        Link("deep", "link/link/link/./../a");
    }

    /// <summary>
    /// Where a path leads is absolute, holds no step upward, and leads to itself; and when the kernel gets there too, it is the same place.
    /// </summary>
    public void Fuzz(byte[] input)
    {
        Check(Path.Join(project.Root, Encoding.UTF8.GetString(input).Replace('\0', '?')));

        // The same bytes as steps through the links.
        Check(Path.Join(project.Root, string.Join('/', input.Take(12).Select(step => Names[step % Names.Length]))));
    }

    public void Dispose()
    {
        // Or the links that lead in circles are followed.
        links.ForEach(File.Delete);
        project.Dispose();
    }

    private void Check(string path)
    {
        var real = RealPath.Of(path);
        Assert.StartsWith("/", real, StringComparison.Ordinal);
        Assert.DoesNotContain("/../", real + "/", StringComparison.Ordinal);
        if (Kernel(path) is not { } there)
            return;
        Assert.Equal(there, real);
        Assert.Equal(real, RealPath.Of(real));
    }

    /// <summary>Null when the kernel does not get there.</summary>
    private string? Kernel(string path)
    {
        var descriptor = Open(path, PathOnly | CloseOnExec);
        if (descriptor < 0)
            return null;
        var length = (int)ReadLink($"/proc/self/fd/{descriptor}", answer, answer.Length);
        _ = Close(descriptor);
        var there = Encoding.UTF8.GetString(answer, 0, length);

        // Pipes and the like have no path.
        return there.StartsWith('/') && Path.Exists(there) ? there : null;
    }

    private void Link(string path, string target)
    {
        File.CreateSymbolicLink(project[path], target);
        links.Add(project[path]);
    }

    [DllImport("libc", EntryPoint = "open")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "readlink")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint ReadLink([MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte[] answer, nint size);
}
