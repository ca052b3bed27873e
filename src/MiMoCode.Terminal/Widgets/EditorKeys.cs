using MiMoCode.Terminal.Input;

namespace MiMoCode.Terminal.Widgets;

/// <summary>What an editor can be told to do.</summary>
public enum EditorAction
{
    /// <summary>New line.</summary>
    Newline,
    /// <summary>Move.</summary>
    Left,
    /// <summary>Move.</summary>
    Right,
    /// <summary>Move.</summary>
    Up,
    /// <summary>Move.</summary>
    Down,
    /// <summary>Select.</summary>
    SelectLeft,
    /// <summary>Select.</summary>
    SelectRight,
    /// <summary>Select.</summary>
    SelectUp,
    /// <summary>Select.</summary>
    SelectDown,
    /// <summary>Move to the line's beginning.</summary>
    LineHome,
    /// <summary>Move to the line's end.</summary>
    LineEnd,
    /// <summary>Select to the line's beginning.</summary>
    SelectLineHome,
    /// <summary>Select to the line's end.</summary>
    SelectLineEnd,
    /// <summary>Move to the beginning of the row as seen.</summary>
    VisualLineHome,
    /// <summary>Move to the end of the row as seen.</summary>
    VisualLineEnd,
    /// <summary>Select to the beginning of the row as seen.</summary>
    SelectVisualLineHome,
    /// <summary>Select to the end of the row as seen.</summary>
    SelectVisualLineEnd,
    /// <summary>Move to the text's beginning.</summary>
    BufferHome,
    /// <summary>Move to the text's end.</summary>
    BufferEnd,
    /// <summary>Select to the text's beginning.</summary>
    SelectBufferHome,
    /// <summary>Select to the text's end.</summary>
    SelectBufferEnd,
    /// <summary>Move a word.</summary>
    WordForward,
    /// <summary>Move a word back.</summary>
    WordBackward,
    /// <summary>Select a word.</summary>
    SelectWordForward,
    /// <summary>Select a word back.</summary>
    SelectWordBackward,
    /// <summary>Delete the line.</summary>
    DeleteLine,
    /// <summary>Delete to the line's end.</summary>
    DeleteToLineEnd,
    /// <summary>Delete to the line's beginning.</summary>
    DeleteToLineStart,
    /// <summary>Delete what is before the caret.</summary>
    Backspace,
    /// <summary>Delete what is after the caret.</summary>
    Delete,
    /// <summary>Delete a word.</summary>
    DeleteWordForward,
    /// <summary>Delete the word before.</summary>
    DeleteWordBackward,
    /// <summary>Insert what was deleted last.</summary>
    Yank,
    /// <summary>Undo.</summary>
    Undo,
    /// <summary>Redo.</summary>
    Redo,
    /// <summary>Select everything.</summary>
    SelectAll,
}

/// <summary>Which key does what in an editor.</summary>
public sealed class EditorKeys
{
    private readonly Dictionary<KeyPress, EditorAction> actions = [];

    /// <summary>The usual keys, with changes: names as in <see cref="Names"/>, keys separated by commas, <c>none</c> for no key.</summary>
    public EditorKeys(IEnumerable<KeyValuePair<string, string>>? changes = null)
    {
        var table = Defaults.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, keys) in changes ?? []) table[name] = keys;
        foreach (var (name, keys) in table)
        {
            if (!Names.TryGetValue(name, out var action)) continue;
            foreach (var key in keys.Split(','))
            {
                if (KeyPress.TryParse(key.Trim(), out var press) && key.Trim() != "none") actions[press] = action;
            }
        }
    }

    /// <summary>The names that key tables use.</summary>
    public static IReadOnlyDictionary<string, EditorAction> Names { get; } = Enum.GetValues<EditorAction>().ToDictionary(NameOf, StringComparer.Ordinal);

    private static Dictionary<string, string> Defaults => new(StringComparer.Ordinal)
    {
        ["input_newline"] = "shift+return,ctrl+return,alt+return,ctrl+j",
        ["input_left"] = "left,ctrl+b", ["input_right"] = "right,ctrl+f", ["input_up"] = "up", ["input_down"] = "down",
        ["input_select_left"] = "shift+left", ["input_select_right"] = "shift+right",
        ["input_select_up"] = "shift+up", ["input_select_down"] = "shift+down",
        ["input_line_home"] = "ctrl+a", ["input_line_end"] = "ctrl+e",
        ["input_select_line_home"] = "ctrl+shift+a", ["input_select_line_end"] = "ctrl+shift+e",
        ["input_visual_line_home"] = "alt+a", ["input_visual_line_end"] = "alt+e",
        ["input_select_visual_line_home"] = "alt+shift+a", ["input_select_visual_line_end"] = "alt+shift+e",
        ["input_buffer_home"] = "home", ["input_buffer_end"] = "end",
        ["input_select_buffer_home"] = "shift+home", ["input_select_buffer_end"] = "shift+end",
        ["input_word_forward"] = "alt+f,alt+right,ctrl+right", ["input_word_backward"] = "alt+b,alt+left,ctrl+left",
        ["input_select_word_forward"] = "alt+shift+f,alt+shift+right,ctrl+shift+right",
        ["input_select_word_backward"] = "alt+shift+b,alt+shift+left,ctrl+shift+left",
        ["input_delete_line"] = "ctrl+shift+d", ["input_delete_to_line_end"] = "ctrl+k", ["input_delete_to_line_start"] = "ctrl+u",
        ["input_backspace"] = "backspace,shift+backspace", ["input_delete"] = "ctrl+d,delete,shift+delete",
        ["input_delete_word_forward"] = "alt+d,alt+delete,ctrl+delete",
        ["input_delete_word_backward"] = "ctrl+w,ctrl+backspace,alt+backspace",
        ["input_yank"] = "ctrl+y", ["input_undo"] = "ctrl+-,super+z", ["input_redo"] = "ctrl+.,super+shift+z", ["input_select_all"] = "super+a",
    };

    /// <summary>The action of a key, or null.</summary>
    public EditorAction? ActionOf(KeyPress press) => actions.TryGetValue(press, out var action) ? action : null;

    private static string NameOf(EditorAction action) =>
        "input" + string.Concat(action.ToString().Select(c => char.IsUpper(c) ? "_" + char.ToLowerInvariant(c) : c.ToString()));
}
