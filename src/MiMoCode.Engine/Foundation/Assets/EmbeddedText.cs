using System.Text;

namespace MiMoCode.Engine.Foundation.Assets;

/// <summary>Texts that are part of the program, by their path below <c>assets/</c>, or <c>tools/name.md</c> for a tool's text.</summary>
internal static class EmbeddedText
{
    /// <summary>The text; a path that does not exist is a bug.</summary>
    public static string Read(string path) =>
        Find(path) ?? throw new InvalidOperationException($"The program has no text called {path}.");

    /// <summary>The text, or null.</summary>
    public static string? Find(string path)
    {
        using var stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(path);
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>All paths, for instance to list a folder.</summary>
    public static IEnumerable<string> Paths => typeof(EmbeddedText).Assembly.GetManifestResourceNames();
}
