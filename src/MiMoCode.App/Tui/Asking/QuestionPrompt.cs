using System.Collections.Immutable;
using System.Globalization;
using MiMoCode.App.Tui.Looks;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.App.Tui.Asking;

/// <summary>What became of a question: still open, answered, or refused.</summary>
internal enum QuestionOutcome
{
    Open,
    Answered,
    Rejected,
}

/// <summary>Asks one or more questions, one after the other. An answer of one's own can be typed.</summary>
internal sealed class QuestionPrompt(QuestionRequest request, EditorKeys keys)
{
    private const string OwnAnswer = "Type your own answer";

    private readonly List<string>[] answers = [.. request.Questions.Select(_ => new List<string>())];
    private readonly TextEditor own = new();
    private int at;
    private int chosen;
    private bool typing;

    public QuestionRequest Request => request;

    /// <summary>The chosen labels, question by question.</summary>
    public ImmutableArray<ImmutableArray<string>> Answers => [.. answers.Select(answer => answer.ToImmutableArray())];

    private Question Current => request.Questions[at];

    private bool IsMultiple => Current.Multiple is true;

    private int Rows => Current.Options.Length + (Current.Custom is false ? 0 : 1);

    public QuestionOutcome Handle(KeyPress press)
    {
        if (typing)
            return HandleTyping(press);
        switch (press.ToString())
        {
            case "up" or "k" or "ctrl+p": chosen = (chosen + Rows - 1) % Rows; break;
            case "down" or "j" or "ctrl+n": chosen = (chosen + 1) % Rows; break;
            case "left" or "h" or "shift+tab": Go(Math.Max(0, at - 1)); break;
            case "right" or "l" or "tab" when at + 1 < answers.Length: Go(at + 1); break;
            case "space" when IsMultiple: Toggle(); break;
            case "return": return Pick();
            case "escape" or "ctrl+c": return QuestionOutcome.Rejected;
            case [>= '1' and <= '9'] digit when int.Parse(digit, CultureInfo.InvariantCulture) <= Rows:
                chosen = digit[0] - '1';
                return Pick();
        }

        return QuestionOutcome.Open;
    }

    public void Paste(string text)
    {
        if (typing)
            own.Buffer.Insert(text);
    }

    public int RowsAt(int width) =>
        4 + StyledWrap.Lines([new Span(Current.Text, default)], Math.Max(10, width - 3)).Count + Rows + (typing ? 1 : 0);

    public Position? Draw(Canvas canvas, Look look)
    {
        canvas.Fill(CellStyle.Plain.On(look.Panel));
        for (var row = 0; row < canvas.Height; row++)
            canvas.Write(0, row, "┃", look.Accent);
        var inside = canvas.Part(new Area(2, 0, canvas.Width - 3, canvas.Height));
        var count = answers.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $" ({at + 1} of {answers.Length})") : "";
        inside.Write(0, 0, Fit.Cut($"? {Current.Header}{count}", inside.Width), look.Accent.With(TextAttributes.Bold));
        var y = 1;
        foreach (var line in StyledWrap.Lines([new Span(Current.Text, look.Text)], inside.Width))
            line.Draw(inside, 0, y++);
        y++;
        for (var row = 0; row < Rows; row++)
            DrawOption(inside, y++, row, look);
        var caret = typing ? own.Draw(inside.Part(new Area(4, y, inside.Width - 4, 1)), look.Text, look.Selected) : (Position?)null;
        var hint = IsMultiple ? "space chooses · enter confirms · esc rejects" : "↑↓ choose · enter · esc rejects";
        inside.Write(0, inside.Height - 1, hint, look.Muted);
        return caret;
    }

    private void DrawOption(Canvas canvas, int y, int row, Look look)
    {
        var isOwn = row == Current.Options.Length;
        var label = isOwn ? OwnAnswer : Current.Options[row].Label;
        var mark = IsMultiple && !isOwn ? answers[at].Contains(label) ? "[✓] " : "[ ] " : "";
        var x = canvas.Write(0, y, Fit.Cut(string.Create(CultureInfo.InvariantCulture, $"{row + 1}. {mark}{label}"), canvas.Width), row == chosen ? look.Selected : look.Text);
        if (!isOwn && canvas.Width - x > 6)
            canvas.Write(x + 2, y, Fit.Cut(Current.Options[row].Description, canvas.Width - x - 2), look.Muted);
    }

    private QuestionOutcome HandleTyping(KeyPress press)
    {
        switch (press.Key)
        {
            case Key.Escape:
                typing = false;
                return QuestionOutcome.Open;
            case Key.Enter when press.Modifiers is KeyModifiers.None:
                if (own.Buffer.IsEmpty)
                    return QuestionOutcome.Open;
                if (!IsMultiple)
                    answers[at].Clear();
                answers[at].Add(own.Buffer.Text);
                own.Buffer.SetText("");
                typing = false;
                return Next();
            default:
                own.Handle(press, keys);
                return QuestionOutcome.Open;
        }
    }

    private QuestionOutcome Pick()
    {
        if (chosen == Current.Options.Length)
        {
            typing = true;
            return QuestionOutcome.Open;
        }

        if (IsMultiple)
            return Next();
        answers[at] = [Current.Options[chosen].Label];
        return Next();
    }

    private void Toggle()
    {
        if (chosen >= Current.Options.Length)
            return;
        var label = Current.Options[chosen].Label;
        if (!answers[at].Remove(label))
            answers[at].Add(label);
    }

    private QuestionOutcome Next()
    {
        if (at + 1 == answers.Length)
            return QuestionOutcome.Answered;
        Go(at + 1);
        return QuestionOutcome.Open;
    }

    private void Go(int question) => (at, chosen) = (question, 0);
}
