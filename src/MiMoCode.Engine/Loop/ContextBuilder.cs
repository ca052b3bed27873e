using System.Collections.Immutable;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Loop;

/// <summary>
/// What the model sees: a head pinned with its window, then the stored messages, byte for byte. Opens a window when there is
/// none, stores what the model has to be reminded of, and builds the request from stored things only.
/// </summary>
internal sealed class ContextBuilder(IReadOnlyList<IContextSource> sources, ToolSet tools, SessionLog log, TimeProvider clock)
{
    public async ValueTask<ModelRequest> BuildAsync(Session session, CancellationToken cancellationToken)
    {
        var window = session.Window is { } open && open.Key == session.Turn.HeadKey
            ? open
            : await OpenWindowAsync(session, cancellationToken);
        var builder = await AskAsync(Place.Reminder, session, cancellationToken);
        await RemindAsync(session, builder.Sections);
        return new ModelRequest
        {
            Model = session.Turn.Model,
            System = window.System,
            Messages = session.History,
            Tools = window.Tools,
            ToolChoice = builder.ToolChoice,
            MaxOutput = builder.MaxOutput,
            Variant = session.Turn.Variant,
            Options = session.Turn.Options,
            Purpose = session.Turn.Purpose,
            SessionId = session.Id,
        };
    }

    /// <summary>A fresh head for a window that starts elsewhere: what a rebuild stores with its head message.</summary>
    public async ValueTask<WindowOpened> RenderWindowAsync(
        Session session, string? startId, string? headId, CancellationToken cancellationToken)
    {
        var builder = await AskAsync(Place.Head, session, cancellationToken);
        var system = string.Join("\n\n", builder.Sections.Select(section => section.Text));
        ImmutableArray<ToolDefinition> offered =
            [.. tools.Definitions.Where(tool => builder.Tools.Contains(tool.Name) && session.Turn.Offers(tool.Name))];
        return new WindowOpened(system, offered, session.Turn.HeadKey, startId, headId) { SessionId = session.Id };
    }

    private async ValueTask<WindowOpened> OpenWindowAsync(Session session, CancellationToken cancellationToken)
    {
        var old = session.Window;
        var window = await RenderWindowAsync(session, old?.StartId, old?.HeadId, cancellationToken);
        await log.StoreAsync(session, window);
        return window;
    }

    private async ValueTask<RequestBuilder> AskAsync(Place place, Session session, CancellationToken cancellationToken)
    {
        var builder = new RequestBuilder(tools.Names);
        foreach (var source in sources)
        {
            if (source.Place == place)
                await source.ContributeAsync(builder, session, cancellationToken);
        }

        return builder;
    }

    private async ValueTask RemindAsync(Session session, IReadOnlyList<Section> sections)
    {
        // An older message has been sent already: a part added to it would change the prefix, so the reminder waits for the next one.
        if (sections.Count is 0 || session.History is [] || session.History[^1].Info is not UserMessage newest)
            return;

        foreach (var section in sections)
        {
            var text = Reminder.Format(section.Id, section.Text);
            if (session.Reminders.GetValueOrDefault(section.Id) == text)
                continue;
            var part = new TextPart(text, Synthetic: true) { Id = Ids.Part(clock), SessionId = session.Id, MessageId = newest.Id };
            await log.StoreAsync(session, new PartUpdated(part, clock.GetUtcNow()) { SessionId = session.Id });
        }
    }
}
