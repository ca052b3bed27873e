using System.Buffers;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.Terminal.Markdown;

/// <summary>A stretch of running text as it will be seen, and where it came from.</summary>
/// <param name="Span">What is seen.</param>
/// <param name="Source">Where it begins in the Markdown.</param>
/// <param name="Emphasis">Emphasis that is open in it.</param>
/// <param name="IsPlain">True if each character stands for one of the source, so that reading can begin anew inside.</param>
internal sealed record InlinePiece(Span Span, int Source, TextAttributes Emphasis, bool IsPlain);

/// <summary>Reads running text: emphasis, code, links. One pass; a mark without its partner is text, unless more may come.</summary>
internal sealed class Inline(string text, CellStyle style, MarkdownStyles styles, bool mayGoOn)
{
    private static readonly SearchValues<char> AddressEnds = SearchValues.Create(" \n<>\"`|");

    private readonly List<InlinePiece> pieces = [];
    private TextAttributes open;
    private int plainFrom;
    private int at;

    public static List<InlinePiece> Read(string text, CellStyle style, MarkdownStyles styles, TextAttributes open = default, bool mayGoOn = false) =>
        new Inline(text, style, styles, mayGoOn) { open = open }.Read();

    private List<InlinePiece> Read()
    {
        while (at < text.Length)
        {
            var taken = text[at] switch
            {
                '\\' => Escaped(),
                '`' => Code(),
                '*' or '_' or '~' => Mark(),
                '[' => Link(at),
                '!' when at + 1 < text.Length && text[at + 1] == '[' => Link(at + 1),
                '<' => Enclosed(),
                'h' => Address(),
                _ => 0,
            };
            if (taken == 0) at++;
            else plainFrom = at += taken;
        }

        Plain(at);
        return pieces;
    }

    private CellStyle Current
    {
        get
        {
            var current = style;
            if (open.HasFlag(TextAttributes.Italic)) current = styles.Emphasis.Over(current);
            if (open.HasFlag(TextAttributes.Bold)) current = styles.Strong.Over(current);
            return current.With(open & TextAttributes.Strike);
        }
    }

    private void Plain(int end)
    {
        if (end > plainFrom) pieces.Add(new InlinePiece(new Span(text[plainFrom..end], Current), plainFrom, open, IsPlain: true));
    }

    private void Add(string shown, CellStyle look) =>
        pieces.Add(new InlinePiece(new Span(shown, look.Over(Current)), at, open, IsPlain: false));

    private int Escaped()
    {
        if (at + 1 >= text.Length || !char.IsPunctuation(text[at + 1]) && !char.IsSymbol(text[at + 1])) return 0;
        Plain(at);
        Add(text[at + 1].ToString(), default);
        return 2;
    }

    private int Code()
    {
        var run = Run('`');
        var fence = new string('`', run);
        var end = text.IndexOf(fence, at + run, StringComparison.Ordinal);
        if (end < 0 && !mayGoOn) return 0;
        Plain(at);
        var close = end < 0 ? text.Length : end;
        Add(text[(at + run)..close].Replace('\n', ' '), styles.Code);
        return close - at + (end < 0 ? 0 : run);
    }

    private int Mark()
    {
        var mark = text[at];
        var run = Math.Min(Run(mark), 3);
        if (mark == '~' && run != 2) return 0;
        var flag = mark == '~' ? TextAttributes.Strike
            : run switch { 1 => TextAttributes.Italic, 2 => TextAttributes.Bold, _ => TextAttributes.Bold | TextAttributes.Italic };
        var before = at > 0 ? text[at - 1] : ' ';
        var after = at + run < text.Length ? text[at + run] : ' ';
        var inWord = mark == '_' && char.IsLetterOrDigit(before) && char.IsLetterOrDigit(after);
        if (inWord) return 0;
        if ((open & flag) == flag && !char.IsWhiteSpace(before)) return Toggle(flag, run);
        if (char.IsWhiteSpace(after) || (open & flag) != 0) return 0;
        return mayGoOn || HasPartner(mark, run) ? Toggle(flag, run) : 0;
    }

    private bool HasPartner(char mark, int run)
    {
        var marks = new string(mark, run);
        for (var i = text.IndexOf(marks, at + run, StringComparison.Ordinal); i >= 0; i = text.IndexOf(marks, i + 1, StringComparison.Ordinal))
        {
            if (text[i - 1] != '\\' && !char.IsWhiteSpace(text[i - 1])) return true;
        }

        return false;
    }

    private int Toggle(TextAttributes flag, int length)
    {
        Plain(at);
        open ^= flag;
        return length;
    }

    // [text](address): the address is always to be seen, so nobody is led elsewhere than it says.
    private int Link(int bracket)
    {
        var close = text.IndexOf("](", bracket, StringComparison.Ordinal);
        if (close < 0 || text.AsSpan(bracket + 1, close - bracket - 1).Contains('[')) return 0;
        var end = text.IndexOf(')', close);
        if (end < 0) return 0;
        Plain(at);
        var (label, address) = (text[(bracket + 1)..close], text[(close + 2)..end].Trim());
        if (label.Length > 0 && label != address) Add(label, styles.LinkText);
        Add(label.Length > 0 && label != address ? $" ({address})" : address, styles.LinkTarget);
        return end + 1 - at;
    }

    private int Enclosed()
    {
        var end = text.IndexOf('>', at);
        if (end < 0 || !text.AsSpan(at + 1).StartsWith("http", StringComparison.Ordinal)) return 0;
        Plain(at);
        Add(text[(at + 1)..end], styles.LinkTarget);
        return end + 1 - at;
    }

    private int Address()
    {
        var rest = text.AsSpan(at);
        if (!rest.StartsWith("https://", StringComparison.Ordinal) && !rest.StartsWith("http://", StringComparison.Ordinal)) return 0;
        var length = rest.IndexOfAny(AddressEnds);
        if (length < 0) length = rest.Length;
        while (rest[length - 1] is '.' or ',' or ')' or ']' or '*' or ':' or ';' or '!' or '?') length--;
        Plain(at);
        Add(rest[..length].ToString(), styles.LinkTarget);
        return length;
    }

    private int Run(char mark)
    {
        var length = 0;
        while (at + length < text.Length && text[at + length] == mark) length++;
        return length;
    }
}
