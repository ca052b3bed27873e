using System.Collections.Immutable;
using MiMoCode.App.Tui.Parts;
using MiMoCode.App.Tui.State;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui;

/// <summary>The session that is shown and everything that is asked of the engine about it. Lives where the picture changes.</summary>
internal sealed class Conversation(Requests requests, TimeProvider clock)
{
    private const int PageSize = 60;
    private const int TitleColumns = 60;

    // Beyond this, what lies above the screen goes back to the store.
    private const int MostHeld = 240;

    // Messages above and below the screen that are kept ready.
    private const int Near = 40;

    // The runtime alone would let pages that nobody sees any more pile up to many megabytes; a few milliseconds give them back.
    private const int PagesToCollect = 4;

    private bool reading;
    private bool grown;
    private int pagesRead;
    private bool ready;
    private Action? whenReady;

    public TuiState State { get; private set; } = new();

    /// <summary>A session was asked for and is not here yet.</summary>
    public bool Opening { get; private set; }

    /// <summary>The agents that people may talk to.</summary>
    public ImmutableArray<AgentSummary> Agents { get; private set; } = [];

    public ImmutableArray<ModelSummary> Models { get; private set; } = [];

    /// <summary>The commands that expand to prompts.</summary>
    public ImmutableArray<CommandSummary> Commands { get; private set; } = [];

    public ProjectPlace? Place { get; private set; }

    /// <summary>Who answers the next prompt; empty until it is known.</summary>
    public string Agent { get; set; } = "";

    /// <summary>The model that answers the next prompt.</summary>
    public ModelRef? Model { get; set; }

    /// <summary>Why that model.</summary>
    public string Because { get; private set; } = "";

    /// <summary>Tokens of the window of the model, 0 when unknown.</summary>
    public int ContextLimit => Models.FirstOrDefault(model => model.Ref.ProviderId == Model?.ProviderId && model.Ref.ModelId == Model.ModelId)?.ContextLimit ?? 0;

    /// <summary>What was billed in this session, in US dollars.</summary>
    public decimal Cost => State.Session?.Cost is > 0 and var known ? known : State.Messages.Sum(message => (message.Info as AssistantMessage)?.Cost ?? 0);

    /// <summary>What was said to the person was seen.</summary>
    public void Heed() => State = State with { Remarks = [] };

    /// <summary>Something happened.</summary>
    public void Hear(Event told)
    {
        var revert = State.Session?.Revert;
        State = Reducer.Reduce(State, told);
        if (told is SessionIdle idle && idle.SessionId == State.Session?.Id || State.Session?.Revert != revert)
            CountChanges();
    }

    private void CountChanges()
    {
        if (State.Session?.Id is { } id)
            Read((client, cancellationToken) => client.Changes.DiffAsync(id, null, cancellationToken), changes => State = Reducer.Count(State, id, changes));
    }

    /// <summary>Learns what there is to choose from, and who answers unless that was said.</summary>
    public void LoadCatalogue(ModelRef? model, string? agent)
    {
        // A prompt may be sent before more is known.
        (Agent, Model) = (agent ?? "", model);
        requests.Start((client, cancellationToken) => LoadCatalogueAsync(client, model, agent, cancellationToken));
    }

    /// <summary>Shows the session that the program was started for, or a copy of it.</summary>
    public void OpenFirst(Task<Opened> opened, bool fork)
    {
        Opening = true;
        requests.Start(
            async (_, cancellationToken) =>
            {
                var first = (await opened.WaitAsync(cancellationToken)).SessionId;
                requests.Post(() =>
                {
                    if (first is null)
                        Opening = false;
                    else if (fork)
                        Fork(first);
                    else
                        Open(first);
                });
            },
            failed: () => Opening = false);
    }

    private async Task LoadCatalogueAsync(IMimoClient client, ModelRef? model, string? agent, CancellationToken cancellationToken)
    {
        var agents = await client.Catalogue.AgentsAsync(cancellationToken);
        var place = await client.Catalogue.PlaceAsync(cancellationToken);
        requests.Post(() =>
        {
            Agents = [.. agents.Where(one => one.Mode is not AgentMode.Subagent)];
            Place = place;
        });
        var answerer = await client.Catalogue.AnswererAsync(State.Session?.Id, model, cancellationToken);
        if (agent is not null && agents.All(one => one.Name != agent))
            throw new UserException($"There is no agent called {agent}. There are: {string.Join(", ", agents.Select(one => one.Name))}.");
        requests.Post(() =>
        {
            (Agent, Model, Because) = (agent ?? answerer.Agent, model ?? answerer.Model, answerer.Because);
            ready = true;
            whenReady?.Invoke();
        });
        var models = await client.Catalogue.ModelsAsync(cancellationToken);
        requests.Post(() => Models = models);
        var commands = await client.Catalogue.CommandsAsync(cancellationToken);
        requests.Post(() => Commands = commands);
    }

    /// <summary>Does something as soon as it is known who answers.</summary>
    public void WhenReady(Action action)
    {
        if (ready)
            action();
        else
            whenReady = action;
    }

    /// <summary>Reads the session that is shown anew.</summary>
    public void Reopen()
    {
        if (State.Session is { } session)
            Open(session.Id);
    }

    /// <summary>Shows a session, with who answered in it last.</summary>
    public void Open(string sessionId)
    {
        Opening = State.Session is null;
        requests.Start((client, cancellationToken) => OpenAsync(client, sessionId, cancellationToken), failed: () => Opening = false);
    }

    private async Task OpenAsync(IMimoClient client, string sessionId, CancellationToken cancellationToken)
    {
        var session = await client.Sessions.GetAsync(sessionId, cancellationToken);
        var page = await client.Sessions.MessagesAsync(sessionId, PageSize, null, cancellationToken);
        var todos = await client.Sessions.TodosAsync(sessionId, cancellationToken);
        var status = (await client.Talk.StatusAsync(cancellationToken)).GetValueOrDefault(sessionId, new SessionIsIdle());
        requests.Post(() =>
        {
            (State, Opening, reading) = (Reducer.Open(State, session, page, todos, status), false, false);
            if (State.Messages.FindLast(message => message.Info is UserMessage)?.Info is UserMessage last)
                (Agent, Model) = (last.Agent, last.Model);
            CountChanges();
        });
    }

    /// <summary>Back to the first page; the next prompt begins a session.</summary>
    public void Leave() => State = new TuiState { Permissions = State.Permissions, Questions = State.Questions, Error = State.Error };

    /// <summary>Reads older messages.</summary>
    public void LoadOlder()
    {
        if (State is { Before: { } before })
            ReadPage(before, (id, page) => Reducer.Prepend(State, id, page, before));
    }

    /// <summary>While the end is seen: lets go of messages far above, which stay in the store.</summary>
    public void Trim()
    {
        if (State.Messages.Count > MostHeld)
            ReadPage(null, (id, page) => Reducer.Trim(State, id, page));
    }

    /// <summary>Keeps what was said near the part that is seen, and lets go of what was said far from it.</summary>
    /// <param name="first">The first message that is seen.</param>
    /// <param name="last">The last one.</param>
    public void Attend(int first, int last)
    {
        var (from, to) = (Math.Max(0, first - Near), Math.Min(State.Messages.Count - 1, last + Near));
        if (grown && from <= to)
            LetGo(from, to);
        grown = false;
        for (var at = from; at <= to && !reading; at++)
        {
            if (State.Messages[at] is { IsFaded: true, Page: { } cursor })
                ReadPage(cursor, (id, page) => Reducer.Revive(State, id, page, cursor));
        }
    }

    private void LetGo(int from, int to)
    {
        State = Reducer.Fade(State, from, to);
        if (++pagesRead % PagesToCollect == 0)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>Reads a page of messages, one at a time.</summary>
    private void ReadPage(string? cursor, Func<string, MessagePage, TuiState> then)
    {
        if (reading || State.Session?.Id is not { } id)
            return;
        // After a failure nothing is read until the session is opened again: the next frame would only fail in the same way.
        reading = true;
        requests.Start(
            async (client, cancellationToken) =>
            {
                var page = await client.Sessions.MessagesAsync(id, PageSize, cursor, cancellationToken);
                requests.Post(() => (State, reading, grown) = (then(id, page), false, true));
            });
    }

    /// <summary>Sends a prompt, beginning a session where there is none.</summary>
    /// <param name="parts">The prompt.</param>
    /// <param name="text">Its text as typed, shown while it waits.</param>
    /// <param name="delivery">When a busy session takes it.</param>
    /// <param name="failed">Called when it could not be stored: the text must not be lost.</param>
    public void Send(ImmutableArray<PromptPart> parts, string text, Delivery delivery, Action failed)
    {
        var request = new PromptRequest
        {
            Parts = parts,
            MessageId = Ids.Message(clock),
            Agent = Agent.Length > 0 ? Agent : null,
            Model = Model,
            Delivery = delivery,
        };
        requests.Start(
            async (client, cancellationToken) =>
            {
                var id = State.Session?.Id ?? await BeginAsync(client, text, cancellationToken);
                Accept(await client.Talk.PromptAsync(id, request, cancellationToken), text, delivery is Delivery.NextStep);
            },
            failed);
    }

    /// <summary>Has a command expanded to a prompt and sent, beginning a session where there is none.</summary>
    public void Expand(string command, string arguments, Action failed)
    {
        var request = new CommandRequest(command, arguments, Ids.Message(clock), Agent.Length > 0 ? Agent : null, Model?.ToString(), Model?.Variant);
        var text = $"/{command} {arguments}".TrimEnd();
        requests.Start(
            async (client, cancellationToken) =>
            {
                var id = State.Session?.Id ?? await BeginAsync(client, text, cancellationToken);
                Accept(await client.Talk.CommandAsync(id, request, cancellationToken), text, steers: false);
            },
            failed);
    }

    /// <summary>Stops the running turn.</summary>
    public void Abort()
    {
        if (State.Session?.Id is { } id)
            requests.Start((client, cancellationToken) => client.Talk.AbortAsync(id, cancellationToken));
    }

    /// <summary>Answers a permission request.</summary>
    public void Reply(PermissionRequest request, PermissionReply reply, string? message) =>
        requests.Start((client, cancellationToken) => client.Asks.ReplyAsync(request.Id, reply, message, cancellationToken));

    /// <summary>Answers a question; null refuses to.</summary>
    public void Answer(QuestionRequest request, ImmutableArray<ImmutableArray<string>>? answers) => requests.Start((client, cancellationToken) =>
        answers is { } given ? client.Asks.AnswerAsync(request.Id, given, cancellationToken) : client.Asks.RejectAsync(request.Id, cancellationToken));

    /// <summary>Goes on in a copy of the session.</summary>
    public void Fork(string sessionId)
    {
        Opening = State.Session is null;
        requests.Start(
            async (client, cancellationToken) =>
            {
                var copy = await client.Sessions.ForkAsync(sessionId, null, cancellationToken);
                requests.Post(() => Open(copy.Id));
            },
            failed: () => Opening = false);
    }

    /// <summary>Gives the session another title.</summary>
    public void Rename(string sessionId, string title) =>
        requests.Start((client, cancellationToken) => client.Sessions.UpdateAsync(sessionId, new UpdateSession(Title: title), cancellationToken));

    /// <summary>Deletes a session.</summary>
    public void Delete(string sessionId) => requests.Start((client, cancellationToken) => client.Sessions.DeleteAsync(sessionId, cancellationToken));

    /// <summary>Reads something for a dialog.</summary>
    public void Read<T>(Func<IMimoClient, CancellationToken, Task<T>> read, Action<T> then) => requests.Start(async (client, cancellationToken) =>
    {
        var found = await read(client, cancellationToken);
        requests.Post(() => then(found));
    });

    /// <summary>The next or previous agent that people may talk to.</summary>
    public void NextAgent(int by)
    {
        if (Agents.Length == 0)
            return;
        var ordered = Ordered;
        var at = Math.Max(0, ordered.FindIndex(agent => agent.Name == Agent));
        Agent = ordered[((at + by) % ordered.Count + ordered.Count) % ordered.Count].Name;
    }

    /// <summary>The agents in the order in which Tab goes through them.</summary>
    public List<AgentSummary> Ordered =>
        [.. Agents.Where(agent => agent.Mode is AgentMode.Primary).OrderBy(agent => Array.IndexOf(FirstAgents, agent.Name) is >= 0 and var at ? at : FirstAgents.Length)];

    private static string[] FirstAgents => ["build", "plan", "compose"];

    // What was asked first says what a session is about, at no cost; who wants other words renames it.
    private static string? TitleOf(string text) => PlainText.FirstLine(text) is { Length: > 0 } line ? Fit.Cut(line, TitleColumns) : null;

    /// <summary>Runs a command line of the person in the session, beginning one where there is none; its output is part of the conversation.</summary>
    public void Shell(string line, Action failed)
    {
        var request = new ShellRequest(line, Agent.Length > 0 ? Agent : "build", Model, Ids.Message(clock));
        requests.Start(
            async (client, cancellationToken) =>
            {
                var id = State.Session?.Id ?? await BeginAsync(client, $"! {line}", cancellationToken);
                await client.Talk.ShellAsync(id, request, cancellationToken);
            },
            failed);
    }

    private void Accept(PromptAccepted accepted, string text, bool steers)
    {
        if (accepted.Said is { Length: > 0 } said)
            requests.Post(() => State = Reducer.Remark(State, new Remark(said, IsWarning: false)));
        // Also behind what an interruption left waiting.
        requests.Post(() => State = accepted.Busy || !State.Waiting.IsEmpty ? Reducer.Wait(State, new WaitingPrompt(accepted.MessageId, text, steers)) : State);
    }

    private async Task<string> BeginAsync(IMimoClient client, string text, CancellationToken cancellationToken)
    {
        var session = await client.Sessions.CreateAsync(new CreateSession(Title: TitleOf(text), Agent: Agent.Length > 0 ? Agent : null), cancellationToken);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        requests.Post(() =>
        {
            State = Reducer.Open(State, session, new MessagePage([], null), [], new SessionIsIdle());
            begun.SetResult();
        });
        await begun.Task.WaitAsync(cancellationToken);
        return session.Id;
    }
}
