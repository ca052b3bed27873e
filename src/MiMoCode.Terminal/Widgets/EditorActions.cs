namespace MiMoCode.Terminal.Widgets;

/// <summary>What each editor action does.</summary>
internal static class EditorActions
{
    /// <summary>False if the caret could not move: others may then use the key, for instance to recall older input.</summary>
    public static bool Do(EditorAction action, TextEditor editor)
    {
        var buffer = editor.Buffer;
        var caret = buffer.Caret;
        switch (action)
        {
            case EditorAction.Up: return editor.MoveRows(-1);
            case EditorAction.Down: return editor.MoveRows(1);
            case EditorAction.SelectUp: return editor.MoveRows(-1, select: true);
            case EditorAction.SelectDown: return editor.MoveRows(1, select: true);
            case EditorAction.Undo: return buffer.Undo();
            case EditorAction.Redo: return buffer.Redo();
            case EditorAction.Newline: buffer.Insert("\n"); return true;
            case EditorAction.Yank: buffer.Yank(); return true;
            case EditorAction.SelectAll: buffer.SelectAll(); return true;
            case EditorAction.DeleteLine: DeleteLine(buffer); return true;
            case EditorAction.Backspace: buffer.DeleteTo(buffer.Before(caret)); return true;
            case EditorAction.Delete: buffer.DeleteTo(buffer.After(caret)); return true;
            case EditorAction.DeleteToLineEnd: buffer.DeleteTo(OrNext(buffer.LineEnd(caret), caret, buffer.After(caret)), kill: true); return true;
            case EditorAction.DeleteToLineStart: buffer.DeleteTo(OrNext(buffer.LineStart(caret), caret, buffer.Before(caret)), kill: true); return true;
            case EditorAction.DeleteWordForward: buffer.DeleteTo(buffer.WordAfter(caret), kill: true); return true;
            case EditorAction.DeleteWordBackward: buffer.DeleteTo(buffer.WordBefore(caret), kill: true); return true;
        }

        var (target, select) = Target(action, editor);
        var moves = target != caret || buffer.Selection is not null;
        buffer.MoveTo(target, select);
        return moves;
    }

    private static (int, bool) Target(EditorAction action, TextEditor editor)
    {
        var buffer = editor.Buffer;
        var caret = buffer.Caret;
        return action switch
        {
            EditorAction.Left => (buffer.Selection?.Start ?? buffer.Before(caret), false),
            EditorAction.Right => (buffer.Selection?.End ?? buffer.After(caret), false),
            EditorAction.SelectLeft => (buffer.Before(caret), true),
            EditorAction.SelectRight => (buffer.After(caret), true),
            EditorAction.LineHome => (buffer.LineStart(caret), false),
            EditorAction.LineEnd => (buffer.LineEnd(caret), false),
            EditorAction.SelectLineHome => (buffer.LineStart(caret), true),
            EditorAction.SelectLineEnd => (buffer.LineEnd(caret), true),
            EditorAction.VisualLineHome => (editor.RowStart, false),
            EditorAction.VisualLineEnd => (editor.RowEnd, false),
            EditorAction.SelectVisualLineHome => (editor.RowStart, true),
            EditorAction.SelectVisualLineEnd => (editor.RowEnd, true),
            EditorAction.BufferHome => (0, false),
            EditorAction.BufferEnd => (buffer.Text.Length, false),
            EditorAction.SelectBufferHome => (0, true),
            EditorAction.SelectBufferEnd => (buffer.Text.Length, true),
            EditorAction.WordForward => (buffer.WordAfter(caret), false),
            EditorAction.WordBackward => (buffer.WordBefore(caret), false),
            EditorAction.SelectWordForward => (buffer.WordAfter(caret), true),
            EditorAction.SelectWordBackward => (buffer.WordBefore(caret), true),
            _ => (caret, false),
        };
    }

    // At the line's end already: the line break itself goes.
    private static int OrNext(int target, int caret, int next) => target == caret ? next : target;

    private static void DeleteLine(TextBuffer buffer)
    {
        var start = buffer.LineStart(buffer.Caret);
        var end = buffer.LineEnd(buffer.Caret);
        buffer.MoveTo(start);
        buffer.DeleteTo(buffer.After(end), kill: true);
    }
}
