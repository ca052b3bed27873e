using System.Text;

namespace MiMoCode.Providers.Decorators;

/// <summary>
/// Finds a text whose end is one block again and again. Short blocks must come more often than long ones, since rules, tables and
/// lists repeat honestly. Looks at the last few thousand characters, each time another thousand has come.
/// </summary>
internal sealed class RepetitionDetector
{
    private const int Window = 8_192;
    private const int Stride = 1_024;

    private readonly StringBuilder tail = new();
    private int fresh;

    /// <summary>Characters seen.</summary>
    public long Length { get; private set; }

    /// <summary>The block that is repeated, cut for people; null while all is well.</summary>
    public string? Feed(string text)
    {
        tail.Append(text);
        Length += text.Length;
        fresh += text.Length;
        if (fresh < Stride)
            return null;
        fresh = 0;
        if (tail.Length > Window)
            tail.Remove(0, tail.Length - Window);
        return Find(tail.ToString());
    }

    /// <summary>
    /// Reads the text backwards with the prefix function of Knuth, Morris and Pratt: it names, for every ending of the text, the
    /// shortest block that the ending is made of.
    /// </summary>
    private static string? Find(string text)
    {
        var border = new int[text.Length + 1];
        for (int length = 2, matched = 0; length <= text.Length; length++)
        {
            var next = text[text.Length - length];
            while (matched > 0 && text[text.Length - 1 - matched] != next)
                matched = border[matched];
            if (text[text.Length - 1 - matched] == next)
                matched++;
            border[length] = matched;
            var block = length - matched;
            if (matched > 0 && length / block >= Allowed(block))
                return Quote(text[^block..]);
        }

        return null;
    }

    /// <summary>How often a block of this length may come in a row.</summary>
    private static int Allowed(int block) => block switch
    {
        1 => 1_000,
        < 5 => 300,
        < 15 => 100,
        < 50 => 30,
        < 200 => 12,
        _ => 6,
    };

    private static string Quote(string block) => block.Length <= 80 ? $"'{block.Trim()}'" : $"'{block[..80].Trim()}…'";
}
