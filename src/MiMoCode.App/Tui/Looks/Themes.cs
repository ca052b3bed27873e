using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Terminal.Style;

namespace MiMoCode.App.Tui.Looks;

/// <summary>The themes there are: those of the program, and files in the themes folders of the user and of the project.</summary>
internal sealed class Themes(params IReadOnlyList<string> folders)
{
    public const string Default = "mimo";

    private const string BuiltInFolder = "themes/";
    private const string Extension = ".json";

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names =>
    [
        .. EmbeddedText.Paths.Where(path => path.StartsWith(BuiltInFolder, StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension)
            .Concat(folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*" + Extension)).Select(Path.GetFileNameWithoutExtension))
            .OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>A theme by its name; where it is missing or broken the default one, and what is wrong.</summary>
    public (Theme Theme, string? Wrong) Read(string name, bool dark)
    {
        try
        {
            var file = folders.Select(folder => Path.Combine(folder, name + Extension)).FirstOrDefault(File.Exists);
            if ((file is null ? EmbeddedText.Find(BuiltInFolder + name + Extension) : File.ReadAllText(file)) is { } text)
                return (Theme.Parse(text, dark), null);
            return (BuiltIn(dark), $"There is no theme called {name}. There are: {string.Join(", ", Names)}.");
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            return (BuiltIn(dark), error.Message);
        }
    }

    private static Theme BuiltIn(bool dark) => Theme.Parse(EmbeddedText.Read(BuiltInFolder + Default + Extension), dark);
}
