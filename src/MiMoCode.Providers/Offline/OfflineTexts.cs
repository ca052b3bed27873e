using System.Text;

namespace MiMoCode.Providers.Offline;

/// <summary>The prose of the repairer; the program's own unless somebody put other texts in their place.</summary>
internal sealed class OfflineTexts(Func<string, string?>? find)
{
    public string NeedsModel => Text("offline/needs-model.md");

    public string Intro => Text("offline/intro.md");

    public string Outro => Text("offline/outro.md");

    private string Text(string path) => (find?.Invoke(path) ?? Embedded(path)).Trim();

    private static string Embedded(string path)
    {
        using var stream = typeof(OfflineTexts).Assembly.GetManifestResourceStream(path)
            ?? throw new InvalidOperationException($"The program has no text called {path}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
