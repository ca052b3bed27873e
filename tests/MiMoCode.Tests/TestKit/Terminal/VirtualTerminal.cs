using System.Globalization;
using System.Text;
using MiMoCode.Terminal.Text;

namespace MiMoCode.TestKit.Terminal;

/// <summary>A small terminal: takes bytes, shows a screen. Tests read what people would see, never the bytes.</summary>
public sealed class VirtualTerminal
{
    private readonly StringBuilder sequence = new();
    private readonly StringBuilder pendingText = new();
    private readonly Decoder utf8 = Encoding.UTF8.GetDecoder();
    private readonly HashSet<int> modes = [7, 25];
    private ShownCell[,] screen;
    private ShownCell[,]? mainScreen;
    private string style = "";
    private bool pendingWrap;
    private int scrollTop;
    private int scrollBottom;
    private State state;

    public VirtualTerminal(int width, int height)
    {
        (Width, Height) = (width, height);
        screen = Empty();
        scrollBottom = height;
    }

    private enum State { Text, Escape, Csi, String, StringEscape, Single }

    public int Width { get; private set; }

    public int Height { get; private set; }

    public int CursorX { get; private set; }

    public int CursorY { get; private set; }

    public bool CursorVisible => modes.Contains(25);

    public bool AlternateScreen => mainScreen is not null;

    /// <summary>Private modes that are on, but for the two that always are at the start.</summary>
    public IEnumerable<int> Modes => modes.Except([7, 25]).Order();

    /// <summary>Depth of the stack of keyboard flags.</summary>
    public int KeyboardFlags { get; private set; }

    public int BytesTaken { get; private set; }

    /// <summary>Sequences that this terminal has no meaning for; a test of ours should find none.</summary>
    public List<string> Unknown { get; } = [];

    /// <summary>Strings sent by OSC, such as titles and clipboard contents.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>What the terminal answers, to be fed to the program's input.</summary>
    public StringBuilder Answers { get; } = new();

    /// <summary>As some consoles do: the cursor goes to the next line at once after the last column.</summary>
    public bool EagerWrap { get; init; }

    /// <summary>As older terminals do: every code point advances by its own width, joined or not.</summary>
    public bool KnowsNoClusters { get; init; }

    /// <summary>Answers the questions about modes and keyboard, as modern terminals do.</summary>
    public bool AnswersQuestions { get; init; } = true;

    public void Resize(int width, int height)
    {
        (Width, Height) = (width, height);
        screen = Empty();
        (CursorX, CursorY, scrollTop, scrollBottom, pendingWrap) = (0, 0, 0, height, false);
    }

    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    public void Write(ReadOnlySpan<byte> bytes)
    {
        BytesTaken += bytes.Length;
        var chars = new char[bytes.Length + 2];
        var count = utf8.GetChars(bytes, chars, flush: false);
        foreach (var c in chars.AsSpan(0, count)) Take(c);
        FlushText();
    }

    public string TextAt(int x, int y) => screen[y, x].Text;

    public string StyleAt(int x, int y) => screen[y, x].Style;

    /// <summary>One row as text, spaces at the end removed.</summary>
    public string Row(int y)
    {
        var row = new StringBuilder();
        for (var x = 0; x < Width; x++) row.Append(screen[y, x].Text);
        return row.ToString().TrimEnd();
    }

    /// <summary>The whole screen as text; empty rows at the end removed.</summary>
    public string Text => string.Join('\n', Enumerable.Range(0, Height).Select(Row)).TrimEnd('\n');

    private ShownCell[,] Empty()
    {
        var cells = new ShownCell[Height, Width];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++) cells[y, x] = new ShownCell(" ", "");
        }

        return cells;
    }

    private void Take(char c)
    {
        if (state == State.Text && (c >= ' ' && c != '\x7f' && c is not (>= '\x80' and < '\xa0')))
        {
            pendingText.Append(c);
            return;
        }

        FlushText();
        switch (state)
        {
            case State.Text: Control(c); break;
            case State.Escape: Escape(c); break;
            case State.Csi:
                sequence.Append(c);
                if (c is >= '@' and <= '~')
                {
                    state = State.Text;
                    Csi(sequence.ToString());
                }

                break;
            case State.Single: state = State.Text; break;
            case State.String when c == '\a': EndString(); break;
            case State.String when c == '\e': state = State.StringEscape; break;
            case State.StringEscape: EndString(); break;
            default: sequence.Append(c); break;
        }
    }

    private void Control(char c)
    {
        switch (c)
        {
            case '\e': state = State.Escape; break;
            case '\r': (CursorX, pendingWrap) = (0, false); break;
            case '\n': LineFeed(); break;
            case '\b': (CursorX, pendingWrap) = (Math.Max(0, CursorX - 1), false); break;
            default: Unknown.Add($"control {(int)c:X2}"); break;
        }
    }

    private void Escape(char c)
    {
        sequence.Clear();
        state = c switch { '[' => State.Csi, ']' => State.String, '(' => State.Single, _ => State.Text };
        if (state == State.Text && c is not ('7' or '8' or '=' or '>')) Unknown.Add("ESC " + c);
    }

    private void EndString()
    {
        Commands.Add(sequence.ToString());
        state = State.Text;
    }

    private void FlushText()
    {
        if (pendingText.Length == 0) return;
        var text = pendingText.ToString();
        pendingText.Clear();
        var elements = KnowsNoClusters ? text.EnumerateRunes().Select(r => r.ToString()) : Elements(text);
        foreach (var element in elements) Print(element);
    }

    private static IEnumerable<string> Elements(string text)
    {
        var all = StringInfo.GetTextElementEnumerator(text);
        while (all.MoveNext()) yield return all.GetTextElement();
    }

    private void Print(string element)
    {
        var width = TextWidth.Of(element);
        if (width == 0)
        {
            if (CursorX > 0) screen[CursorY, CursorX - 1] = screen[CursorY, CursorX - 1] with { Text = screen[CursorY, CursorX - 1].Text + element };
            return;
        }

        if (pendingWrap || CursorX + width > Width)
        {
            CursorX = 0;
            LineFeed();
        }

        BreakHalves(CursorX, CursorX + width);
        screen[CursorY, CursorX] = new ShownCell(element, style);
        if (width == 2) screen[CursorY, CursorX + 1] = new ShownCell("", style);
        CursorX += width;
        if (CursorX < Width) return;
        if (EagerWrap && CursorY < Height - 1)
        {
            (CursorX, CursorY) = (0, CursorY + 1);
            return;
        }

        CursorX = Width - 1;
        pendingWrap = true;
    }

    private void BreakHalves(int from, int to)
    {
        if (screen[CursorY, from].Text.Length == 0) screen[CursorY, from - 1] = screen[CursorY, from - 1] with { Text = " " };
        if (to < Width && screen[CursorY, to].Text.Length == 0) screen[CursorY, to] = screen[CursorY, to] with { Text = " " };
    }

    private void LineFeed()
    {
        pendingWrap = false;
        if (CursorY == scrollBottom - 1) Scroll(1);
        else if (CursorY < Height - 1) CursorY++;
    }

    private void Scroll(int rows)
    {
        var moved = (ShownCell[,])screen.Clone();
        for (var y = scrollTop; y < scrollBottom; y++)
        {
            var from = y + rows;
            for (var x = 0; x < Width; x++)
            {
                moved[y, x] = from >= scrollTop && from < scrollBottom ? screen[from, x] : new ShownCell(" ", BackgroundOnly());
            }
        }

        screen = moved;
    }

    // Erasing and scrolling fill with the current ground, as xterm does.
    private string BackgroundOnly() => string.Join(';', style.Split(' ').Where(s => s.StartsWith("bg", StringComparison.Ordinal)));

    private void Csi(string text)
    {
        var final = text[^1];
        var body = text[..^1];
        if (body.StartsWith('?') && final is 'h' or 'l') Mode(body, final == 'h');
        else if (body.StartsWith('?') && body.EndsWith('$') && final == 'p') Answer($"\e[{body[..^1]};{(body == "?2026$" ? 2 : 0)}$y");
        else if (body == "?" && final == 'u') Answer("\e[?0u");
        else if (body.StartsWith('>') && final == 'u') KeyboardFlags++;
        else if (body.StartsWith('<') && final == 'u') KeyboardFlags--;
        else if (body is "" or "0" && final == 'c') Answer("\e[?62;22c");
        else Plain(body.Split(';').Select(p => p.Length == 0 ? 0 : int.TryParse(p, out var n) ? n : -1).ToArray(), final);
    }

    private void Answer(string text)
    {
        if (AnswersQuestions || text.EndsWith('c')) Answers.Append(text);
    }

    private void Mode(string body, bool on)
    {
        foreach (var mode in body[1..].Split(';').Select(int.Parse))
        {
            if (on) modes.Add(mode);
            else modes.Remove(mode);
            if (mode != 1049 || on == AlternateScreen) continue;
            (screen, mainScreen) = on ? (Empty(), screen) : (mainScreen!, null);
        }
    }

    private void Plain(int[] p, char final)
    {
        var first = Math.Max(1, p[0]);
        if (final != 'm') pendingWrap = false;
        switch (final)
        {
            case 'm': Sgr(p); break;
            case 'H': (CursorY, CursorX) = (Math.Min(first, Height) - 1, Math.Min(p.Length > 1 ? Math.Max(1, p[1]) : 1, Width) - 1); break;
            case 'G': CursorX = Math.Min(first, Width) - 1; break;
            case 'A': CursorY = Math.Max(0, CursorY - first); break;
            case 'B': CursorY = Math.Min(Height - 1, CursorY + first); break;
            case 'C': CursorX = Math.Min(Width - 1, CursorX + first); break;
            case 'D': CursorX = Math.Max(0, CursorX - first); break;
            case 'K': Erase(CursorY, p[0] == 0 ? CursorX : 0, p[0] == 1 ? CursorX + 1 : Width); break;
            case 'J': EraseScreen(p[0]); break;
            case 'S': Scroll(first); break;
            case 'T': Scroll(-first); break;
            case 'r':
                (scrollTop, scrollBottom) = (first - 1, p.Length > 1 && p[1] > 0 ? p[1] : Height);
                (CursorX, CursorY) = (0, 0);
                break;
            default: Unknown.Add("CSI " + string.Join(';', p) + final); break;
        }
    }

    private void EraseScreen(int part)
    {
        if (part == 3) Unknown.Add("3J");
        for (var y = part == 0 ? CursorY + 1 : 0; y < (part == 1 ? CursorY : Height); y++) Erase(y, 0, Width);
        if (part < 2) Erase(CursorY, part == 0 ? CursorX : 0, part == 1 ? CursorX + 1 : Width);
    }

    private void Erase(int y, int from, int to)
    {
        for (var x = from; x < to; x++) screen[y, x] = new ShownCell(" ", BackgroundOnly());
    }

    private void Sgr(int[] p)
    {
        var set = style.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        for (var i = 0; i < p.Length; i++)
        {
            switch (p[i])
            {
                case 0: set.Clear(); break;
                case 1: set.Add("bold"); break;
                case 2: set.Add("dim"); break;
                case 3: set.Add("italic"); break;
                case 4: set.Add("underline"); break;
                case 7: set.Add("inverse"); break;
                case 9: set.Add("strike"); break;
                case 22: set.ExceptWith(["bold", "dim"]); break;
                case 23: set.Remove("italic"); break;
                case 24: set.Remove("underline"); break;
                case 27: set.Remove("inverse"); break;
                case 29: set.Remove("strike"); break;
                case 38 or 48: i += Extended(set, p, i); break;
                case 39: Color(set, "fg", null); break;
                case 49: Color(set, "bg", null); break;
                case >= 30 and <= 37 or >= 90 and <= 97: Color(set, "fg", (p[i] < 90 ? p[i] - 30 : p[i] - 82).ToString(CultureInfo.InvariantCulture)); break;
                case >= 40 and <= 47 or >= 100 and <= 107: Color(set, "bg", (p[i] < 100 ? p[i] - 40 : p[i] - 92).ToString(CultureInfo.InvariantCulture)); break;
                default: Unknown.Add("SGR " + p[i]); break;
            }
        }

        style = string.Join(' ', set.Order(StringComparer.Ordinal));
    }

    private static int Extended(HashSet<string> set, int[] p, int i)
    {
        var ground = p[i] == 38 ? "fg" : "bg";
        if (p[i + 1] == 5)
        {
            Color(set, ground, p[i + 2].ToString(CultureInfo.InvariantCulture));
            return 2;
        }

        Color(set, ground, $"#{p[i + 2]:x2}{p[i + 3]:x2}{p[i + 4]:x2}");
        return 4;
    }

    private static void Color(HashSet<string> set, string ground, string? value)
    {
        set.RemoveWhere(s => s.StartsWith(ground, StringComparison.Ordinal));
        if (value is not null) set.Add($"{ground}={value}");
    }

    private readonly record struct ShownCell(string Text, string Style);
}
