using System.Text;

namespace MiMoCode.Providers.Offline;

/// <summary>The prose of the repairer; the program's own unless somebody put other texts in their place.</summary>
internal sealed class OfflineTexts(Func<string, string?>? find)
{
    public string NeedsModel => Text("needs-model");

    public string Intro => Text("intro");

    public string Outro => Text("outro");

    private string Text(string name)
    {
        var path = $"offline/{name}.md";
        return (find?.Invoke(path) ?? Embedded(path)).Trim();
    }

    private static string Embedded(string path)
    {
        using var stream = typeof(OfflineTexts).Assembly.GetManifestResourceStream(path)
            ?? throw new InvalidOperationException($"The program has no text called {path}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
