using System.Globalization;
using MiMoCode.Engine.Foundation.Text;

namespace MiMoCode.Engine.Features.Compaction;

/// <summary>A total that pieces are taken from, in the order of their importance.</summary>
internal sealed class TokenBudget
{
    private readonly long total;

    public TokenBudget(long total) => (this.total, Left) = (total, total);

    /// <summary>What is left for the pieces that follow.</summary>
    public long Left { get; private set; }

    public long Share(double share) => (long)(total * share);

    /// <summary>The piece, cut to its share of the total and to what is left; empty when there is room for nothing.</summary>
    public string Take(string text, double share, long most = long.MaxValue)
    {
        var taken = Cut(text, Math.Min(Math.Min(Left, most), Math.Max(1, Share(share))));
        Left = Math.Max(0, Left - TokenEstimate.Of(taken));
        return taken;
    }

    /// <summary>The beginning and the end, with a note about what stood between them.</summary>
    public static string CutMiddle(string text, long tokens)
    {
        var size = TokenEstimate.Of(text);
        if (size <= tokens)
            return text;
        const int note = 24;
        var half = (int)(text.Length * Math.Max(0, tokens - note) / size * 0.95) / 2;
        return half < 20 ? "" : string.Create(
            CultureInfo.InvariantCulture, $"{text[..half]}\n({text.Length - (2 * half)} characters are left out here; the history tool has the whole)\n{text[^half..]}");
    }

    /// <summary>The beginning, as whole lines, with a note about the rest.</summary>
    public static string Cut(string text, long tokens)
    {
        var size = TokenEstimate.Of(text);
        if (size <= tokens)
            return text;
        const int note = 12;
        var length = (int)(text.Length * Math.Max(0, tokens - note) / size * 0.95);
        if (length < 40)
            return "";
        var line = text.LastIndexOf('\n', length);
        return $"{text[..(line > length / 2 ? line : length)]}\n(cut here; the rest can be looked up with the history tool)";
    }
}
