using MiMoCode.App.Tui.Dialogs;
using MiMoCode.App.Tui.State;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Tui.Commands;

/// <summary>Takes back what was said and done, and brings it back. What would become of each file is shown before anything happens.</summary>
internal sealed class Changes(Ui ui)
{
    public void Undo()
    {
        if (ui.State.Session is not { } session || ui.State.Standing.FindLast(message => message.IsPrompt) is not { } prompt)
        {
            ui.Toast.Show("There is nothing to take back.");
            return;
        }

        var text = string.Join('\n', prompt.Parts.Select(part => part.Part).OfType<TextPart>().Where(part => part.Synthetic is not true).Select(part => part.Text));
        var request = new RevertRequest(prompt.Info.Id, Preview: true);
        ui.Conversation.Read(
            (client, cancellationToken) => client.Changes.RevertAsync(session.Id, request, cancellationToken),
            preview => ui.Open(new UndoDialog(text, preview, scope => TakeBack(session.Id, request with { Scope = scope, Preview = null }, text))));
    }

    public void Redo()
    {
        if (ui.State.Session is not { } session)
        {
            ui.Toast.Show("There is nothing to bring back.");
            return;
        }

        ui.Conversation.Read((client, cancellationToken) => client.Changes.UnrevertAsync(session.Id, cancellationToken), done => Tell("Brought back", done));
    }

    private void TakeBack(string sessionId, RevertRequest request, string text) => ui.Conversation.Read(
        (client, cancellationToken) => client.Changes.RevertAsync(sessionId, request, cancellationToken),
        done =>
        {
            if (request.Scope is not RevertScope.Files)
                ui.Prompt.Restore(text);
            ui.Transcript.ToEnd();
            Tell("Taken back", done);
        });

    private void Tell(string what, RevertResult done)
    {
        var left = done.Files.Count(file => file.Outcome is RevertOutcome.Refused);
        var files = done.Files.Count(file => file.Outcome is RevertOutcome.Restored or RevertOutcome.Merged);
        var counted = files switch { 0 => "", 1 => " with 1 file", _ => $" with {files} files" };
        ui.Toast.Show(left > 0 ? $"{what}{counted}; {left} left alone: mimo diff shows which." : $"{what}{counted}.", isError: left > 0);
    }
}
