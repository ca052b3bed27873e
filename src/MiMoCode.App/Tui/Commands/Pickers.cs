using System.Globalization;
using MiMoCode.App.Tui.Dialogs;
using MiMoCode.App.Tui.Looks;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.App.Tui.Commands;

/// <summary>The dialogs in which something is chosen.</summary>
internal sealed class Pickers(Ui ui)
{
    private const int MostSessions = 300;

    public void Sessions() => ui.Conversation.Read(
        (client, cancellationToken) => client.Sessions.ListAsync(new SessionQuery(Roots: true, Limit: MostSessions), cancellationToken),
        found => ui.Open(new ChoiceDialog(
            "Sessions",
            [.. found.Select(ItemOf)],
            chosen => Show((SessionInfo)chosen.Value!),
            found.FirstOrDefault(session => session.Id == ui.State.Session?.Id),
            new ChoiceKey("ctrl+r", "rename", (dialog, item) => Rename((SessionInfo)item.Value!)),
            new ChoiceKey("ctrl+d", "delete", Delete))));

    public void Rename()
    {
        if (ui.State.Session is { } session)
            Rename(session);
    }

    public void Models() => ui.Conversation.Read(
        (client, cancellationToken) => client.Catalogue.ModelsAsync(cancellationToken),
        found => ui.Open(new ChoiceDialog(
            "Models",
            [.. found.OrderByDescending(model => model.Usable).Select(model => new SelectItem(
                model.Ref.ToString(), model.Name == model.Ref.ModelId ? null : model.Name,
                model.Usable ? "Connected" : "Needs a key: mimo auth login", Window(model.ContextLimit), model.Ref))],
            chosen => ui.Conversation.Model = (ModelRef)chosen.Value!,
            ui.Conversation.Model)));

    public void Skills() => ui.Conversation.Read(
        (client, cancellationToken) => client.Catalogue.SkillsAsync(cancellationToken),
        found => ui.Open(new ChoiceDialog(
            "Skills",
            [.. found.Select(skill => new SelectItem(skill.Name, skill.Description))],
            chosen => ui.Prompt.Replace($"Use the {chosen.Title} skill: "))));

    public void Agents() => ui.Open(new ChoiceDialog(
        "Agents",
        [.. ui.Conversation.Ordered.Select(agent => new SelectItem(agent.Name, agent.Description, Value: agent.Name))],
        chosen => ui.Conversation.Agent = chosen.Title,
        ui.Conversation.Agent));

    public void Themes() => ui.Open(new ChoiceDialog(
        "Themes",
        [.. ui.Themes.Names.Select(name => new SelectItem(name))],
        chosen => ui.Look = new Look(ui.Themes.Read(chosen.Title, ui.Settings.Dark).Theme)));

    public void Commands() => ui.Open(new ChoiceDialog(
        "Commands",
        [.. ui.Commands.Where(command => command.Name != "command_list").Select(command => new SelectItem(
            command.Title, command.Slash.Count > 0 ? command.Slash[0] : null, command.Group, ui.Keys.KeyOf(command.Name), command))
            .Concat(ui.PromptCommands.Select(command => new SelectItem($"/{command.Name}", command.Description, "Prompts", Value: command)))],
        chosen =>
        {
            if (chosen.Value is UiCommand command)
                command.Run("");
            else
                ui.Prompt.Replace($"{chosen.Title} ");
        }));

    private static SelectItem ItemOf(SessionInfo session) => new(
        session.Title,
        Group: session.Time.Updated.ToLocalTime().ToString("ddd d MMM yyyy", CultureInfo.InvariantCulture),
        Footer: session.Time.Updated.ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture),
        Value: session);

    private static string? Window(int tokens) => tokens > 0 ? Numbers.Short(tokens) : null;

    private void Show(SessionInfo session)
    {
        ui.Transcript.ToEnd();
        ui.Conversation.Open(session.Id);
    }

    private void Rename(SessionInfo session) =>
        ui.Open(new InputDialog("Rename the session", session.Title, title => ui.Conversation.Rename(session.Id, title)));

    private void Delete(ChoiceDialog dialog, SelectItem item)
    {
        const string again = "ctrl+d again deletes it for good";
        if (dialog.Note != again)
        {
            dialog.Note = again;
            return;
        }

        dialog.Note = "";
        dialog.Items = [.. dialog.Items.Where(other => !ReferenceEquals(other, item))];
        ui.Conversation.Delete(((SessionInfo)item.Value!).Id);
    }
}
