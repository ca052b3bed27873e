using System.Text;

namespace MiMoCode.Terminal.Input;

/// <summary>
/// Turns the bytes of a terminal into keys, pastes, mouse acts and replies. Bytes may be cut anywhere between two calls. A lone
/// escape byte is undecided until more bytes come or <see cref="Flush"/> says that none did.
/// </summary>
public sealed class InputDecoder
{
    private const int LongestSequence = 256;
    private const byte Esc = 0x1B;

    private readonly List<byte> pending = [];
    private PastedBytes? paste;

    /// <summary>True while an escape may still become a sequence: call <see cref="Flush"/> if nothing comes within 25 ms.</summary>
    public bool Undecided => paste is null && pending.Count > 0;

    /// <summary>Takes bytes and tells what is complete.</summary>
    public void Decode(ReadOnlySpan<byte> bytes, Action<TerminalInput> tell)
    {
        while (!bytes.IsEmpty)
        {
            if (paste is null)
            {
                Take(bytes[0], tell);
                bytes = bytes[1..];
            }
            else if (paste.Take(ref bytes) is { } text)
            {
                paste = null;
                tell(new PasteInput(text));
            }
        }
    }

    /// <summary>Nothing followed in time: a lone escape was the key, an incomplete sequence was Alt with the key after it.</summary>
    public void Flush(Action<TerminalInput> tell)
    {
        if (!Undecided) return;
        if (pending is [Esc]) tell(Named(Key.Escape, KeyModifiers.None));
        else if (pending is [Esc, Esc]) tell(Named(Key.Escape, KeyModifiers.Alt));
        else if (pending is [Esc, (byte)'[' or (byte)'O']) tell(Character(new Rune(pending[1]), KeyModifiers.Alt));
        pending.Clear();   // the rest of a broken sequence is noise
    }

    private bool IsString => pending is [Esc, (byte)']' or (byte)'P' or (byte)'_', ..];

    private void Take(byte value, Action<TerminalInput> tell)
    {
        // No sequence holds an escape, but for the end of a string: the one before was broken off.
        if (value == Esc && pending is [Esc, not Esc, ..] && !IsString) pending.Clear();
        pending.Add(value);
        if (Complete() is not { } input)
        {
            if (pending.Count > LongestSequence) pending.Clear();
            return;
        }

        pending.Clear();
        if (input == StartOfPaste.Instance) paste = new PastedBytes();
        else if (input != Nothing.Instance) tell(input);
    }

    // The input that the pending bytes make; null while they are incomplete.
    private TerminalInput? Complete()
    {
        switch (pending)
        {
            case [Esc]: return null;
            case [Esc, Esc]: return null;
            case [Esc, Esc, (byte)'[' or (byte)'O', ..]: return WithAlt(Sequence(pending.GetRange(2, pending.Count - 2)));
            case [Esc, Esc, .. var rest]: return WithAlt(Plain(rest));
            case [Esc, (byte)'[' or (byte)'O', ..]: return Sequence(pending.GetRange(1, pending.Count - 1));
            case [Esc, ..] when IsString: return pending is [.., 7] or [.., Esc, (byte)'\\'] ? Nothing.Instance : null;
            case [Esc, .. var rest]: return WithAlt(Plain(rest));
            default: return Plain(pending);
        }
    }

    private static TerminalInput? Sequence(List<byte> bytes)
    {
        if (bytes.Count < 2) return null;
        var text = Encoding.Latin1.GetString(bytes.ToArray(), 1, bytes.Count - 1);
        if (bytes[0] == (byte)'O') return OrNothing(ControlSequence.Named(text[0], KeyModifiers.None));
        if (text is ['[', _]) return OrNothing(ControlSequence.LinuxFunctionKey(text[1]));
        if (text == "[") return null;
        return text[^1] is >= '@' and <= '~' ? OrNothing(ControlSequence.Read(text)) : null;
    }

    private static TerminalInput OrNothing(TerminalInput? input) => input ?? Nothing.Instance;

    // A character of UTF-8, or one of the control bytes.
    private static TerminalInput? Plain(List<byte> bytes)
    {
        if (bytes[0] < 0x20 || bytes[0] == 0x7F) return ControlByte(bytes[0]);
        if (Rune.DecodeFromUtf8(bytes.ToArray(), out var rune, out _) == System.Buffers.OperationStatus.NeedMoreData) return null;
        return rune == Rune.ReplacementChar || Rune.IsControl(rune) ? Nothing.Instance : Character(rune, KeyModifiers.None);
    }

    private static KeyInput ControlByte(byte value) => value switch
    {
        0x0D => Named(Key.Enter, KeyModifiers.None),
        0x09 => Named(Key.Tab, KeyModifiers.None),
        0x7F => Named(Key.Backspace, KeyModifiers.None),
        0x08 => Named(Key.Backspace, KeyModifiers.Ctrl),
        0x00 => Character(new Rune(' '), KeyModifiers.Ctrl),
        0x1F => Character(new Rune('-'), KeyModifiers.Ctrl),
        0x1C or 0x1D or 0x1E => Character(new Rune("\\]^"[value - 0x1C]), KeyModifiers.Ctrl),
        _ => Character(new Rune('a' + value - 1), KeyModifiers.Ctrl),
    };

    private static TerminalInput? WithAlt(TerminalInput? input) => input is KeyInput key
        ? new KeyInput(key.Press with { Modifiers = key.Press.Modifiers | KeyModifiers.Alt })
        : input;

    private static KeyInput Named(Key key, KeyModifiers modifiers) => new(new KeyPress(key, modifiers));

    private static KeyInput Character(Rune rune, KeyModifiers modifiers) => new(new KeyPress(rune, modifiers));

    /// <summary>Something that means nothing to us.</summary>
    private sealed record Nothing : TerminalInput
    {
        public static readonly Nothing Instance = new();
    }

    /// <summary>The mark before a bracketed paste.</summary>
    internal sealed record StartOfPaste : TerminalInput
    {
        public static readonly StartOfPaste Instance = new();
    }
}
