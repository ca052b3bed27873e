using System.Text.RegularExpressions;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.House;

/// <summary>A file of the repository: its path below the root, with slashes, and its text.</summary>
internal sealed partial record Source(string Path, string Text)
{
    private static readonly string[] Passed = ["artifacts", "node_modules", ".git", "obj", "bin"];

    /// <summary>The folders that the file lies in, outermost first.</summary>
    public string[] Folders => Path.Split('/')[..^1];

    /// <summary>The file's name without its extension.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Whether it is C#.</summary>
    public bool IsCode => Path.EndsWith(".cs", StringComparison.Ordinal);

    /// <summary>The namespace it declares, or null.</summary>
    public string? Namespace => NamespaceLine().Match(Text) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Every namespace of ours that it names, in a using line or in full.</summary>
    public IEnumerable<string> Uses => OurNames().Matches(Code).Select(match => match.Value).Where(name => name != Namespace).Distinct();

    /// <summary>The text without comments.</summary>
    public string Code => Comments().Replace(Text, "");

    /// <summary>The code without what stands between quotation marks.</summary>
    public string CodeWithoutStrings => Strings().Replace(Code, "\"\"");

    /// <summary>The types it declares.</summary>
    public IEnumerable<string> Types => Declarations().Matches(CodeWithoutStrings).Select(match => match.Groups[1].Value);

    /// <summary>All text files of the repository.</summary>
    public static IReadOnlyList<Source> All { get; } = [.. Below(Repository.Root)];

    private static IEnumerable<Source> Below(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Where(IsOurs))
        {
            var bytes = File.ReadAllBytes(file);
            if (!bytes.AsSpan().Contains((byte)0)) { yield return new Source(System.IO.Path.GetRelativePath(Repository.Root, file), System.Text.Encoding.UTF8.GetString(bytes)); }
        }
        foreach (var inner in Directory.EnumerateDirectories(folder).Where(inner => !Passed.Contains(System.IO.Path.GetFileName(inner))))
        {
            foreach (var source in Below(inner)) { yield return source; }
        }
    }

    // In a second work tree .git is a file.
    private static bool IsOurs(string file) => System.IO.Path.GetFileName(file) != ".git" && !file.Contains(".received.", StringComparison.Ordinal);

    [GeneratedRegex(@"^\uFEFF?namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"\bMiMoCode\.\w[\w.]*")]
    private static partial Regex OurNames();

    [GeneratedRegex(@"^\s*//.*$|\s//\s.*$", RegexOptions.Multiline)]
    private static partial Regex Comments();

    [GeneratedRegex("\"\"\"[\\s\\S]*?\"\"\"|\"(\\\\.|[^\"\\\\\\n])*\"")]
    private static partial Regex Strings();

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|protected|sealed|abstract|static|partial|readonly|ref|file|unsafe)\s+)*(?:class|interface|enum|record struct|record class|record|struct)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex Declarations();
}
