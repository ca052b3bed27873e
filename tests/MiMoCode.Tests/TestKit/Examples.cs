namespace MiMoCode.TestKit;

/// <summary>The examples of the README, each as a repository of its own.</summary>
internal static class Examples
{
    public static TempProject Open(string name)
    {
        var project = new TempProject();
        var from = Repository.Path("examples/" + name);
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(from, path);
            if (relative.Split('/').Any(folder => folder is "bin" or "obj" or "build"))
                continue;
            var to = Path.Combine(project.Root, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(path, to);
        }

        return project.WithGit();
    }
}
