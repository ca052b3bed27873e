using System.Collections.Frozen;
using System.Text;

namespace MiMoCode.Terminal.Input;

/// <summary>A key that is not a letter, or <see cref="Character"/>.</summary>
public enum Key
{
    /// <summary>A key that types a character.</summary>
    Character,

    /// <summary>Return.</summary>
    Enter,

    /// <summary>Tabulator.</summary>
    Tab,

    /// <summary>Escape.</summary>
    Escape,

    /// <summary>Backspace.</summary>
    Backspace,

    /// <summary>Delete.</summary>
    Delete,

    /// <summary>Insert.</summary>
    Insert,

    /// <summary>Arrow up.</summary>
    Up,

    /// <summary>Arrow down.</summary>
    Down,

    /// <summary>Arrow left.</summary>
    Left,

    /// <summary>Arrow right.</summary>
    Right,

    /// <summary>Home.</summary>
    Home,

    /// <summary>End.</summary>
    End,

    /// <summary>Page up.</summary>
    PageUp,

    /// <summary>Page down.</summary>
    PageDown,

    /// <summary>F1; the others follow in order.</summary>
    F1,

    /// <summary>F2.</summary>
    F2,

    /// <summary>F3.</summary>
    F3,

    /// <summary>F4.</summary>
    F4,

    /// <summary>F5.</summary>
    F5,

    /// <summary>F6.</summary>
    F6,

    /// <summary>F7.</summary>
    F7,

    /// <summary>F8.</summary>
    F8,

    /// <summary>F9.</summary>
    F9,

    /// <summary>F10.</summary>
    F10,

    /// <summary>F11.</summary>
    F11,

    /// <summary>F12.</summary>
    F12,
}

/// <summary>Keys held while another is pressed.</summary>
[Flags]
public enum KeyModifiers
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Shift.</summary>
    Shift = 1,

    /// <summary>Alt, or Meta.</summary>
    Alt = 2,

    /// <summary>Control.</summary>
    Ctrl = 4,

    /// <summary>Super, Command or Windows.</summary>
    Super = 8,
}

/// <summary>A key with its modifiers. For characters the shift is part of the character, unless Ctrl, Alt or Super is held too.</summary>
/// <param name="Key">Which key.</param>
/// <param name="Character">What it types; only for <see cref="Key.Character"/>.</param>
/// <param name="Modifiers">What was held.</param>
public readonly record struct KeyPress(Key Key, Rune Character, KeyModifiers Modifiers)
{
    private static readonly FrozenDictionary<string, Key> Names = new Dictionary<string, Key>
    {
        ["return"] = Key.Enter, ["enter"] = Key.Enter, ["tab"] = Key.Tab, ["escape"] = Key.Escape, ["esc"] = Key.Escape,
        ["backspace"] = Key.Backspace, ["delete"] = Key.Delete, ["insert"] = Key.Insert, ["up"] = Key.Up, ["down"] = Key.Down,
        ["left"] = Key.Left, ["right"] = Key.Right, ["home"] = Key.Home, ["end"] = Key.End, ["pageup"] = Key.PageUp,
        ["pagedown"] = Key.PageDown,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>A key without a character.</summary>
    public KeyPress(Key key, KeyModifiers modifiers = KeyModifiers.None)
        : this(key, default, modifiers)
    {
    }

    /// <summary>A key that types a character.</summary>
    public KeyPress(Rune character, KeyModifiers modifiers = KeyModifiers.None)
        : this(Key.Character, character, modifiers)
    {
    }

    /// <summary>True if pressing it types its character into a text.</summary>
    public bool IsText => Key == Key.Character && (Modifiers & ~KeyModifiers.Shift) == 0;

    /// <summary>Reads a key as written in key tables: <c>ctrl+shift+a</c>, <c>alt+return</c>, <c>f2</c>, <c>ctrl+-</c>.</summary>
    public static bool TryParse(string text, out KeyPress press)
    {
        press = default;
        var modifiers = KeyModifiers.None;
        while (text.IndexOf('+', StringComparison.Ordinal) is > 0 and var plus && plus < text.Length - 1)
        {
            if (ModifierOf(text[..plus]) is not { } modifier) return false;
            modifiers |= modifier;
            text = text[(plus + 1)..];
        }

        if (Names.TryGetValue(text, out var key)) press = new KeyPress(key, modifiers);
        else if (text.Length is 2 or 3 && text[0] is 'f' or 'F' && int.TryParse(text[1..], out var number) && number is >= 1 and <= 12)
            press = new KeyPress(Key.F1 + number - 1, modifiers);
        else if (string.Equals(text, "space", StringComparison.OrdinalIgnoreCase)) press = new KeyPress(new Rune(' '), modifiers);
        else if (Rune.DecodeFromUtf16(text, out var rune, out var length) == System.Buffers.OperationStatus.Done && length == text.Length)
            press = new KeyPress(rune, modifiers);
        else return false;
        return true;
    }

    /// <summary>The key as written in key tables.</summary>
    public override string ToString()
    {
        var name = Key switch
        {
            Key.Character when Character.Value == ' ' => "space",
            Key.Character => Character.ToString(),
            Key.Enter => "return",
            _ => Key.ToString(),
        };
        if (Key != Key.Character) name = string.Concat(name.Select(char.ToLowerInvariant));
        var text = new StringBuilder();
        foreach (var (modifier, word) in new[] { (KeyModifiers.Ctrl, "ctrl+"), (KeyModifiers.Alt, "alt+"), (KeyModifiers.Shift, "shift+"), (KeyModifiers.Super, "super+") })
        {
            if (Modifiers.HasFlag(modifier)) text.Append(word);
        }

        return text.Append(name).ToString();
    }

    private static KeyModifiers? ModifierOf(string word) => word switch
    {
        "ctrl" or "control" => KeyModifiers.Ctrl,
        "alt" or "meta" or "option" => KeyModifiers.Alt,
        "shift" => KeyModifiers.Shift,
        "super" or "cmd" or "command" => KeyModifiers.Super,
        _ => null,
    };
}
