using System.Security.Cryptography;
using System.Text;
using MiMoCode.Protocol;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>Sets settings in the user's own file or in the project's: in the one that has the last word of those that exist.</summary>
internal sealed class ConfigWriter(EnvironmentVariables environment, Folders folders, ProjectFolders project)
{
    private readonly Lock gate = new();

    /// <summary>Sets what the changes hold, and reads all settings anew.</summary>
    /// <param name="changes">An object as in a settings file.</param>
    /// <param name="forProject">For this project; else everywhere.</param>
    /// <exception cref="UserException">They cannot be set, and why. Nothing was changed then.</exception>
    public LoadedConfig Set(string changes, bool forProject)
    {
        if (forProject && environment.DisableProjectConfig)
            throw new UserException("Settings of projects are switched off here; set it in your own settings.");
        var wanted = Checked(changes, forProject);
        var path = FileFor(forProject);
        lock (gate)
        {
            var (text, tree) = Read(path);
            var changed = JsoncEdit.Apply(text, tree, wanted);
            if (!Holds(Parse(changed, path), wanted))
                throw new UserException($"{path} cannot be changed without rewriting it; change it by hand.");
            if (!Holds(tree, wanted))
                Write(path, changed);
        }

        return ConfigLoader.Load(environment, folders, project);
    }

    private string FileFor(bool forProject)
    {
        var candidates = new ConfigLoader(environment, folders, project).Files()
            .Where(file => forProject ? file.Kind is LayerKind.Project or LayerKind.ProjectFolder : file.Kind is LayerKind.Global)
            .Select(file => file.Path);
        return candidates.LastOrDefault(File.Exists) is { } path
            ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path
            : Path.Combine(forProject ? project.Root : folders.Config, "mimocode.json");
    }

    /// <summary>What was read and is not hidden, if all of it may be set.</summary>
    private static ObjectNode Checked(string changes, bool forProject)
    {
        var notices = new List<Notice>();
        var asked = Secrets.WithoutHidden(Parse(changes, "the changes"));
        new ConfigCheck(forProject, notices).Check(new OldForms(notices).Rewrite(asked));
        if (notices.Find(notice => notice.Kind is NoticeKind.Warning) is { } wrong)
            throw new UserException(wrong.Text);
        return asked;
    }

    private static (string Text, ObjectNode Tree) Read(string path)
    {
        var notices = new List<Notice>();
        var text = ConfigFile.Read(path, notices) ?? "";
        if (notices.Count > 0)
            throw new UserException(notices[0].ToString());
        // It would not be written back as it was.
        if (text.Contains('\uFFFD', StringComparison.Ordinal))
            throw new UserException($"{path} is not UTF-8 throughout; change it by hand.");
        return (text, Parse(text, path));
    }

    private static ObjectNode Parse(string text, string source)
    {
        try
        {
            return new JsoncParser(text, source, []).ParseObject();
        }
        catch (JsoncException wrong)
        {
            throw new UserException($"{wrong.Place}: this is not JSON: {wrong.Reason}");
        }
    }

    private static bool Holds(Node? tree, Node wanted) => (tree, wanted) switch
    {
        (ObjectNode have, ObjectNode want) => want.Members.All(member => Holds(have[member.Name], member.Value)),
        (null, _) => false,
        _ => tree.ToString() == wanted.ToString(),
    };

    /// <summary>Beside the old file and then renamed: a crash leaves the one or the other.</summary>
    private static void Write(string path, string text)
    {
        var fresh = $"{path}.{RandomNumberGenerator.GetHexString(8)}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = File.Exists(path) ? File.GetUnixFileMode(path) : UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(fresh, options))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            File.Delete(fresh);
            throw new UserException($"{path} cannot be written: {failure.Message}", 1, 400);
        }
    }
}
