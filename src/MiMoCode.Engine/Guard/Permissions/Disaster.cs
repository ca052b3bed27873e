using System.Text.RegularExpressions;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>Where a deed would destroy far more than a project: judged by what a path comes to, however it is written.</summary>
internal static partial class Disaster
{
    private static readonly string[] SystemFolders =
        ["/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/opt", "/proc", "/root", "/sbin", "/srv", "/sys", "/usr", "/var"];

    /// <summary>Deleting a folder of the system, the home or one that holds the folder we work in; writing over a disk.</summary>
    public static bool IsOn(PathUse use, string path, string directory, string home)
    {
        // All that lies in a folder is as much as the folder.
        var real = RealPath.Of(path.EndsWith("/*", StringComparison.Ordinal) ? path[..^1] : path);
        return use switch
        {
            PathUse.Delete => RealPath.IsWithin(RealPath.Of(directory), real) || IsLarge(real) || Disk().IsMatch(real),
            PathUse.Sweep => IsLarge(real),
            PathUse.Write => Disk().IsMatch(real),
            _ => false,
        };

        bool IsLarge(string folder) => RealPath.IsWithin(home, folder) || SystemFolders.Contains(folder);
    }

    [GeneratedRegex(@"^/dev/((sd|hd|vd|xvd)[a-z]|nvme\d|mmcblk\d|disk|dm-\d|mapper/|md\d|loop\d)")]
    private static partial Regex Disk();
}
