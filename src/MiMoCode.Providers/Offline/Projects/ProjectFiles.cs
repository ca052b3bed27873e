using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Projects;

/// <summary>The paths of a project, relative to its folder, and what kind of file each one is.</summary>
internal sealed partial record ProjectFiles(ImmutableArray<string> Paths)
{
    /// <summary>Reads the output of a tool that prints one path a line.</summary>
    public static ProjectFiles Read(string output, string folder)
    {
        var prefix = folder.TrimEnd('/') + "/";
        return new ProjectFiles(
        [
            .. output.ReplaceLineEndings("\n").Split('\n')
                .Select(line => line.Trim().Replace('\\', '/'))
                .Select(line => line.StartsWith(prefix, StringComparison.Ordinal) ? line[prefix.Length..] : line.StartsWith("./", StringComparison.Ordinal) ? line[2..] : line)
                .Where(line => PathShape().IsMatch(line) && !Foreign().IsMatch(line))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ]);
    }

    /// <summary>Files of code that may be repaired.</summary>
    public IEnumerable<string> Sources => Paths.Where(path => Dialect.Of(path) is not null && !IsTest(path));

    /// <summary>Files of code that say what is right; never changed.</summary>
    public IEnumerable<string> Tests => Paths.Where(path => Dialect.Of(path) is not null && IsTest(path));

    /// <summary>The project's own spelling of a path that a report names; null when it is none of the project's.</summary>
    public string? Find(string reported)
    {
        var path = reported.StartsWith("./", StringComparison.Ordinal) ? reported[2..] : reported;
        return Paths.FirstOrDefault(own => own == path)
            ?? Paths.Where(own => path.EndsWith("/" + own, StringComparison.Ordinal)).MaxBy(own => own.Length)
            ?? Paths.FirstOrDefault(own => own.EndsWith("/" + path, StringComparison.Ordinal));
    }

    /// <summary>Whether a file belongs to the tests, by its name or by a folder that it is in.</summary>
    public static bool IsTest(string path) => TestName().IsMatch(path);

    [GeneratedRegex(@"^[\w@+.-][\w@+./ -]*$")]
    private static partial Regex PathShape();

    [GeneratedRegex(@"(^|/)(node_modules|\.git|bin|obj|target|dist|build|vendor|coverage|\.venv|venv|__pycache__|artifacts)/")]
    private static partial Regex Foreign();

    [GeneratedRegex(@"(^|/)(tests?|specs?|__tests__|testing|testdata|fixtures?|bench(marks?)?|examples?|(?-i:[\w.-]*[a-z0-9.]Tests?))/|(^|/)(tests?|specs?|bench(mark)?)([._-][^/]*)?\.\w+$|[._-](test|tests|spec|bench)\.\w+$|(?-i:[a-z0-9](Test|Tests|Spec|Specs))\.\w+$|(^|/)(test|spec)[_-][^/]*$|(^|/)conftest\.py$|(gulp|grunt)file|\.config\.[cm]?js$|(^|/)\.", RegexOptions.IgnoreCase)]
    private static partial Regex TestName();
}
