using System.Collections.Immutable;
using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>The words and texts that occur in a project, with how often: what a misspelt text may have been meant to be.</summary>
internal sealed class Vocabulary
{
    private const int Longest = 40;

    /// <summary>Words that languages give back as texts, whether the project says them or not.</summary>
    private static readonly ImmutableArray<string> Known = ["string", "number", "boolean", "function", "object", "undefined", "symbol", "utf8", "hex", "base64"];

    private readonly Dictionary<string, int> counts = [];

    public static Vocabulary Empty { get; } = new();

    public static Vocabulary Of(IReadOnlyList<SourceFile> files)
    {
        var vocabulary = new Vocabulary();
        foreach (var path in files.SelectMany(file => Spellings(file.Path)))
            vocabulary.Add(path);
        foreach (var token in files.SelectMany(file => file.Tokens).Where(token => token.Kind is TokenKind.Word or TokenKind.Text))
            vocabulary.Add(token.Kind is TokenKind.Text && token.Text.Length > 1 ? token.Text[1..^1] : token.Text);
        foreach (var word in Known)
            vocabulary.Add(word);
        return vocabulary;
    }

    /// <summary>Texts that differ from the given one by one letter, the most frequent first.</summary>
    public IEnumerable<string> Near(string text) => text.Length is < 2 or > Longest ? [] :
        counts.Where(pair => Math.Abs(pair.Key.Length - text.Length) <= 1 && IsOneStep(pair.Key, text))
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key);

    /// <summary>How other files may name a file.</summary>
    private static IEnumerable<string> Spellings(string path)
    {
        var name = Path.GetFileName(path);
        foreach (var spelling in (string[])[$"./{path}", $"./{name}", $"../{path}", $"../{name}"])
        {
            yield return spelling;
            yield return spelling[..^Path.GetExtension(path).Length];
        }
    }

    private void Add(string text)
    {
        if (text.Length is > 1 and <= Longest)
            counts[text] = counts.GetValueOrDefault(text) + 1;
    }

    /// <summary>Whether one letter more, less or other makes one text of the other.</summary>
    private static bool IsOneStep(string one, string other)
    {
        if (one == other)
            return false;
        var start = 0;
        while (start < one.Length && start < other.Length && one[start] == other[start])
            start++;
        var end = 0;
        while (end < one.Length - start && end < other.Length - start && one[^(end + 1)] == other[^(end + 1)])
            end++;
        return one.Length - start - end <= 1 && other.Length - start - end <= 1;
    }
}
