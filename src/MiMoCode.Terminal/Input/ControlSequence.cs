using System.Globalization;
using System.Text;
using MiMoCode.Terminal.Screen;

namespace MiMoCode.Terminal.Input;

/// <summary>Reads complete control sequences: the part after <c>ESC [</c>, final letter included.</summary>
internal static class ControlSequence
{
    public static TerminalInput? Read(string text)
    {
        var final = text[^1];
        var body = text[..^1];
        return (body, final) switch
        {
            (['<', ..], 'M' or 'm') => Mouse(Numbers(body[1..]), final == 'm'),
            (['?', .. var mode, '$'], 'y') => ModeReply(Numbers(mode)),
            (['?', .. var flags], 'u') => new ReplyInput(TerminalReply.KeyboardFlags, Numbers(flags)[0]),
            (['?', ..], 'c') => new ReplyInput(TerminalReply.Attributes, 0),
            ("", 'I') => new FocusInput(true),
            ("", 'O') => new FocusInput(false),
            (_, 'u') => Kitty(body),
            (_, '~') => Tilde(Numbers(body)),
            ("", 'Z') => new KeyInput(new KeyPress(Key.Tab, KeyModifiers.Shift)),
            _ => Numbers(body) is [_, var modifiers, ..] ? Named(final, Modifiers(modifiers)) : Named(final, KeyModifiers.None),
        };
    }

    /// <summary>A key that is named by one letter.</summary>
    public static KeyInput? Named(char letter, KeyModifiers modifiers) => letter switch
    {
        'A' => Press(Key.Up, modifiers),
        'B' => Press(Key.Down, modifiers),
        'C' => Press(Key.Right, modifiers),
        'D' => Press(Key.Left, modifiers),
        'H' => Press(Key.Home, modifiers),
        'F' => Press(Key.End, modifiers),
        'M' => Press(Key.Enter, modifiers),
        >= 'P' and <= 'S' => Press(Key.F1 + (letter - 'P'), modifiers),
        _ => null,
    };

    /// <summary>The Linux console names its first function keys by a second bracket and a letter.</summary>
    public static KeyInput? LinuxFunctionKey(char letter) =>
        letter is >= 'A' and <= 'E' ? Press(Key.F1 + (letter - 'A'), KeyModifiers.None) : null;

    private static KeyInput Press(Key key, KeyModifiers modifiers) => new(new KeyPress(key, modifiers));

    private static TerminalInput? Tilde(int[] numbers)
    {
        var modifiers = numbers.Length > 1 ? Modifiers(numbers[1]) : KeyModifiers.None;
        if (numbers is [27, _, var code, ..]) return FromCode(code, modifiers);   // xterm's modifyOtherKeys
        if (numbers[0] == 200) return InputDecoder.StartOfPaste.Instance;
        Key? key = numbers[0] switch
        {
            1 or 7 => Key.Home,
            2 => Key.Insert,
            3 => Key.Delete,
            4 or 8 => Key.End,
            5 => Key.PageUp,
            6 => Key.PageDown,
            >= 11 and <= 15 and var n => Key.F1 + (n - 11),
            >= 17 and <= 21 and var n => Key.F6 + (n - 17),
            23 or 24 => Key.F11 + (numbers[0] - 23),
            _ => null,
        };
        return key is { } known ? Press(known, modifiers) : null;
    }

    // code[:shifted[:base]] [; modifiers[:event] [; text]] u
    private static KeyInput? Kitty(string body)
    {
        var fields = body.Split(';');
        var code = Numbers(fields[0].Split(':')[0])[0];
        var second = fields.Length > 1 ? fields[1].Split(':') : ["1"];
        if (second is [_, "3", ..]) return null;   // a release
        return FromCode(code, Modifiers(Numbers(second[0])[0]));
    }

    private static KeyInput? FromCode(int code, KeyModifiers modifiers) => code switch
    {
        13 or 57414 => Press(Key.Enter, modifiers),
        9 => Press(Key.Tab, modifiers),
        27 => Press(Key.Escape, modifiers),
        127 or 8 => Press(Key.Backspace, modifiers),
        >= 57399 and <= 57408 => Letter('0' + (code - 57399), modifiers),
        >= 57344 and <= 63743 => null,   // the protocol's own numbers: modifiers pressed alone, media keys
        < ' ' => null,
        _ => Letter(code, modifiers),
    };

    private static KeyInput? Letter(int code, KeyModifiers modifiers)
    {
        if (!Rune.TryCreate(code, out var rune)) return null;
        if (modifiers == KeyModifiers.Shift) rune = Rune.ToUpperInvariant(rune);
        return new KeyInput(new KeyPress(rune, modifiers == KeyModifiers.Shift ? KeyModifiers.None : modifiers));
    }

    private static MouseInput? Mouse(int[] numbers, bool released)
    {
        if (numbers.Length < 3) return null;
        var code = numbers[0];
        var modifiers = (code & 4) != 0 ? KeyModifiers.Shift : KeyModifiers.None;
        if ((code & 8) != 0) modifiers |= KeyModifiers.Alt;
        if ((code & 16) != 0) modifiers |= KeyModifiers.Ctrl;
        var at = new Position(Math.Max(0, numbers[1] - 1), Math.Max(0, numbers[2] - 1));
        var button = (code & 3) switch { 0 => MouseButton.Left, 1 => MouseButton.Middle, 2 => MouseButton.Right, _ => MouseButton.None };
        if ((code & 64) != 0)
        {
            return (code & 3) > 1 ? null : new MouseInput((code & 1) == 0 ? MouseAct.WheelUp : MouseAct.WheelDown, MouseButton.None, at, modifiers);
        }

        var act = (code & 32) != 0 ? button == MouseButton.None ? MouseAct.Move : MouseAct.Drag : released ? MouseAct.Release : MouseAct.Press;
        return new MouseInput(act, button, at, modifiers);
    }

    private static ReplyInput? ModeReply(int[] numbers) =>
        numbers is [2026, var value, ..] ? new ReplyInput(TerminalReply.SynchronizedOutput, value) : null;

    private static KeyModifiers Modifiers(int number) => (KeyModifiers)(Math.Max(0, number - 1) & 15);

    private static int[] Numbers(string text) => [.. text.Split(';').Select(Number)];

    // Missing or strange parameters count as 0; sub-parameters are cut off.
    private static int Number(string text) =>
        int.TryParse(text.Split(':')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
