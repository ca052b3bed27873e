using System.Runtime.InteropServices;
using System.Text;

namespace MiMoCode.Engine.Foundation.Text;

/// <summary>
/// Finds the lines of a long output that are unlike the rest of it: those that use several words which hardly any other line uses. In
/// a log that is what is worth a look; in prose or code every line is like that, and none is named.
/// </summary>
internal static class StandingOut
{
    private const int ShortestWord = 3;
    private const int LeastRareWords = 2;
    private const int Rare = 2;
    private const int AlwaysFew = 12;
    private const double MostShare = 0.05;
    private const ulong FirstHash = 14695981039346656037UL;
    private const ulong HashFactor = 1099511628211UL;

    /// <summary>The numbers of the lines, from 0, in their order; none when too many stand out.</summary>
    public static List<int> In(IReadOnlyList<string> lines)
    {
        var words = new List<ulong>[lines.Count];
        var count = new Dictionary<ulong, int>();
        for (var at = 0; at < lines.Count; at++)
        {
            foreach (var word in words[at] = Words(lines[at]))
                CollectionsMarshal.GetValueRefOrAddDefault(count, word, out _)++;
        }

        var found = new List<int>();
        for (var at = 0; at < lines.Count; at++)
        {
            if (words[at].FindAll(word => count[word] <= Rare).Count >= LeastRareWords)
                found.Add(at);
        }

        return found.Count <= Math.Max(AlwaysFew, lines.Count * MostShare) ? found : [];
    }

    /// <summary>The words of a line, each once, as hashes. What holds a digit is a value and no word; ideographs go in pairs.</summary>
    private static List<ulong> Words(string line)
    {
        var words = new List<ulong>();
        var (hash, length, isValue) = (FirstHash, 0, false);
        Rune? ideograph = null;
        foreach (var rune in line.EnumerateRunes())
        {
            var (first, isIdeograph) = (ideograph, rune.Value >= 0x2E80 && Rune.IsLetter(rune));
            ideograph = isIdeograph ? rune : null;
            if (!isIdeograph && Rune.IsLetterOrDigit(rune))
            {
                hash = Mix(hash, Rune.ToLowerInvariant(rune));
                (length, isValue) = (length + 1, isValue || Rune.IsDigit(rune));
                continue;
            }

            Add(words, hash, length, isValue);
            (hash, length, isValue) = (FirstHash, 0, false);
            if (isIdeograph && first is { } before)
                Add(words, Mix(Mix(FirstHash, before), rune), ShortestWord, isValue: false);
        }

        Add(words, hash, length, isValue);
        return words;
    }

    private static ulong Mix(ulong hash, Rune rune) => (hash ^ (uint)rune.Value) * HashFactor;

    private static void Add(List<ulong> words, ulong word, int length, bool isValue)
    {
        if (length >= ShortestWord && !isValue && !words.Contains(word))
            words.Add(word);
    }
}
