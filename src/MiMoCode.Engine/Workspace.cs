using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using MiMoCode.Engine.Features.Budgets;
using MiMoCode.Engine.Features.Commands;
using MiMoCode.Engine.Features.Compaction;
using MiMoCode.Engine.Features.Environment;
using MiMoCode.Engine.Features.Files;
using MiMoCode.Engine.Features.Goals;
using MiMoCode.Engine.Features.Instructions;
using MiMoCode.Engine.Features.Jobs;
using MiMoCode.Engine.Features.Maintenance;
using MiMoCode.Engine.Features.MaxMode;
using MiMoCode.Engine.Features.Logs;
using MiMoCode.Engine.Features.Loops;
using MiMoCode.Engine.Features.Memory;
using MiMoCode.Engine.Features.Models;
using MiMoCode.Engine.Features.Output;
using MiMoCode.Engine.Features.Plans;
using MiMoCode.Engine.Features.Repetition;
using MiMoCode.Engine.Features.Sessions;
using MiMoCode.Engine.Features.Shell;
using MiMoCode.Engine.Features.Skills;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Features.Tasks;
using MiMoCode.Engine.Features.Telemetry;
using MiMoCode.Engine.Features.Terminals;
using MiMoCode.Engine.Features.Titles;
using MiMoCode.Engine.Features.Undo;
using MiMoCode.Engine.Foundation;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Auth;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Engine.Foundation.Logs;
using MiMoCode.Engine.Foundation.Projects;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Engine.Tools.Web;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Providers;
using MiMoCode.Providers.Offline;

namespace MiMoCode.Engine;

/// <summary>
/// One opened project: the front door, and the only place that wires. Parts are made by hand, from the ground up, and ended in the
/// opposite order.
/// </summary>
internal sealed class Workspace : IMimoClient
{
    /// <summary>How long commands in the background may go on when a turn ends and nobody stays.</summary>
    private static readonly TimeSpan JobsPatience = TimeSpan.FromSeconds(15);

    /// <summary>What a subagent is not shown: these speak to a person, and nobody talks to a subagent.</summary>
    private static readonly ImmutableArray<string> ForPeople = [QuestionTool.Name, PlanExitTool.Name, CronTool.Name];

    private readonly WorkspaceOptions options;
    private readonly Database database;
    private readonly Project project;
    private readonly SessionStore store;
    private readonly UsageStore usage;
    private readonly SessionLog log;
    private readonly EventBus bus = new();
    private readonly LogFile logFile;
    private readonly bool ownsDatabase;
    private readonly ProcessRunner processes;
    private readonly WebPages pages;
    private readonly Assets assets;
    private readonly SkillCatalogue skills;
    private readonly CommandCatalogue commands;
    private readonly ModelDirectory models;
    private readonly BudgetBook budgets;
    private readonly MaxModeSwitch maxMode;
    private readonly LoopBook recurrences;
    private readonly LoopRunner loopRunner;
    private readonly SubagentRuns subagents;
    private readonly SessionLoops loops;
    private readonly BackgroundTasks background;
    private readonly FileLocks locks = new();
    private readonly ReadLedger ledger = new();
    private readonly SessionUndo undo;
    private readonly ConcurrentDictionary<string, string> noticed = [];
    private readonly JobTable jobs;
    private readonly ShellJournal shellJournal;
    private readonly OtlpExport? telemetry;

    private Workspace(WorkspaceOptions options, LoadedConfig config, Database database)
    {
        (this.options, this.database, Config) = (options, database, config);
        ownsDatabase = options.Shared is null;
        var (clock, folders, environment) = (options.Clock, options.Folders, options.Environment);
        var tree = ProjectFolders.Of(options.Directory);
        project = Project.Of(options.Directory, folders.Home);
        var auth = new AuthStore(folders.Auth, clock);
        var secrets = new SecretTexts(config.Tree, environment, auth);
        logFile = new LogFile(folders.Log, options.LogLevel ?? config.Config.LogLevel, options.LogEcho, secrets, clock);
        var lines = new EventLines(logFile);
        bus.Add(told => lines.Publish(told.Event));

        // What is true.
        var blobs = new BlobStore(database);
        store = new SessionStore(database, blobs);
        usage = new UsageStore(database);
        log = new SessionLog(store, bus, (session, error) => Report(session.Id, error), clock);
        var inbox = new Inbox(new QueueStore(database, blobs), log);
        if (options.Shared is { } shared)
            bus.Add(told => shared.Events.Publish(told with { Directory = options.Directory }));
        Feed = new EventFeed(bus, new EventLog(database), store, database.Id, options.Directory);

        telemetry = OtlpExport.Of(environment, options.Version, store.Find, text => logFile.Write(LogLevel.Warn, text), clock);
        if (telemetry is not null)
            bus.Add(told => telemetry.Publish(told.Event));

        // Who may do what.
        Agents = new AgentCatalogue(config, environment, folders, tree);
        processes = new ProcessRunner(options.Program, environment.All, clock);
        pages = new WebPages(Dns.GetHostAddressesAsync, clock);
        var asker = new Asker(options.AskPolicy, log.Tell);
        var sources = AgentPermissions.Sources(config, Agents, folders);
        var permissions = new PermissionGate(sources, Grants.Of(new GrantStore(database), project.Id), asker, clock);

        // What is remembered.
        assets = new Assets(Path.Combine(tree.Root, ".mimocode"), folders.Config);
        var leases = new Leases(database);
        background = new BackgroundTasks(
            TimeSpan.FromSeconds(options.HasPerson ? 120 : 5), (name, error) => logFile.Write(LogLevel.Error, $"{name} {error}"), clock);
        var hidden = new Features.Subagents.Subagents(Agents, store, log, clock);
        var memory = new MemoryParts(
            config.Config, environment, folders, project.Id, database, blobs, store, log, leases, background, assets, hidden,
            text => logFile.Write(LogLevel.Warn, text), clock);

        var archive = TimeSpan.FromDays(Math.Max(0, config.Config.Checkpoint.TaskArchiveDays));
        Memory = memory.Book;
        memory.Tasks = Tasks = new TaskBook(new TaskStore(database, blobs, archive), store, memory.Progress, log, clock);
        new Heartbeat(leases, background, clock).Start();

        bus.Add(told => KeepFilesOfTasks(told.Event));
        bus.Add(told => memory.Hear(told.Event));

        // What can be done, and what the model sees.
        var markdown = new MarkdownFolders(environment, folders, tree);
        skills = new SkillCatalogue(config, markdown, folders, tree);
        subagents = new SubagentRuns(
            Agents, store, new RunStore(database), leases, inbox, log, new SubagentText(assets, store), () => loops!, clock, config.Config.SubagentParallel, Tasks.GiveAsync);
        var news = new JobNews(store, inbox, background, () => loops!, clock);
        Terminals = new TerminalBook(processes, options.Directory, environment.All.GetValueOrDefault("SHELL"), log.Tell, clock);
        jobs = new JobTable(processes, news.PublishAsync, clock);
        shellJournal = new ShellJournal(
            new EditJournalStore(database, blobs),
            new WatchedProject(project.Worktree, Project.Canonical(folders.Home), project.IndexFile(), Path.Combine(folders.Data, "snapshot")),
            new GitProcess(processes), log.Tell, new ShellJournalLimits(), clock);
        var state = new StateStore(database);
        recurrences = new LoopBook(state, usage, clock);
        budgets = new BudgetBook(
            config.Config.Budget, usage, state, id => Goals!.Find(id) is { State: GoalState.Open } goal ? goal.Since : null, clock);
        ImmutableArray<ITool> allTools = [.. budgets.Limit(ToolsOf(asker, permissions, inbox, log, blobs, memory))];
        var cap = new OutputCap(folders.ToolOutput, clock, memory.Concerning);
        var tools = new ToolSet(allTools, [memory.Gate, permissions], cap, log, clock);
        var prompt = new AgentPrompt(assets);
        var context = new ContextBuilder(
            [
                new AgentHeadSource(Agents, prompt),
                new SubagentListSource(Agents, config.Config.SubagentDepth),
                new SkillListSource(skills),
                new InstructionSource(new InstructionFiles(environment, folders, tree, config)),
                new EnvironmentSource(project),
                .. memory.Sources,
                new AgentReminderSource(Agents),
                new ChangedFilesSource(ledger, Show),
                new OutputFormatSource(assets),
            ],
            tools, log, clock);

        // What goes beside the loop.
        commands = new CommandCatalogue(config, markdown, name => skills.Find(name) is { } skill ? WorkspaceCatalogue.CommandOf(skill) : null);
        var shell = new GuardedCommands(permissions, processes, folders.Home, clock);
        Goals = new GoalBook(state, usage, clock);
        var judge = new GoalJudge(hidden, shell);

        // Who does it.
        models = new ModelDirectory(config, environment, folders, auth, state, clock);
        var gates = GatesOf(log, new TaskGate(Tasks, store, HasAnotherJudge, assets), new GoalGate(Goals, judge, subagents));
        var keeper = memory.Keeper(context, jobs);
        var loop = new AgentLoop(BeginTurnAsync, tools, context, keeper, [.. gates, .. memory.StepGates], inbox, log, clock);
        var prompts = new PromptReader(
            store, AnswererAsync, clock, (session, agent, path) =>
                permissions.DenyAttachment(session, agent, project.Worktree, path) ?? AttachmentLimits.Special(path));
        loops = new SessionLoops(
            loop, prompts, inbox, store, leases, new RevertedTail(database, blobs, memory.ForgetAsync), log, Open, clock);
        loopRunner = new LoopRunner(recurrences, store, project.Id, loops, leases, background, clock);
        recurrences.Added = loopRunner.Start;
        undo = UndoOf(sources, log, leases, blobs);
        maxMode = new MaxModeSwitch(state, config.Config.Experimental.MaxMode);
        var hiddenTurns = new HiddenTurns(models, Agents, budgets);
        Upkeep = new Upkeep(
            config.Config, project, memory.Files, new Proposals(Path.Combine(folders.Data, "proposals", project.Id), project.Worktree),
            new UpkeepModel(hidden, Open, hiddenTurns.UpkeepAsync, clock), store, state, leases, new GitProcess(processes), background, clock);
        var titles = new TitleWriter(
            store, hidden, Open, hiddenTurns.Title, background, log);
        bus.Add(told => titles.Publish(told.Event));
        if (options.HasPerson)
            bus.Add(new SummaryWriter(store, hidden, Open, hiddenTurns.Title, background, log).Publish);
        Talk = new WorkspaceTalk(loops, subagents, new CommandExpander(commands, shell, Open, folders.Home),
            new WindowCommands(loops, BeginTurnAsync, context, keeper, leases, log),
            new PersonShell(
                loops, prompts, new ToolSet([new BashTool(processes, jobs, null, folders.Home, folders.ToolOutput, clock)], [], cap, log, clock), Open, assets, log, clock),
            jobs, store, new WorkspaceCommands(Goals, Upkeep, maxMode, recurrences), Goals, log);
        Sessions = new SessionCatalogue(store, Talk, bus, project, options.Directory, options.Version, memory.TakeAlongAsync, clock);
        Reports = new WorkspaceReports(store, usage, memory.Checkpoints, Tasks, models, leases, Open, memory.Limits, config.Config.Checkpoint);
        Asks = asker;
        Files = new WorkspaceFiles(options.Directory, project.Worktree, new GitProcess(processes));
        var writer = new ConfigWriter(environment, folders, tree);
        SetUp = new WorkspaceSetUp(config, Agents, models, auth, writer, new ProjectStore(database), project, folders, options.Directory);
        Catalogue = new WorkspaceCatalogue(Agents, commands, skills, tools, models, Sessions, project, options.Directory, RefreshModels);
    }

    public ISessions Sessions { get; }

    public ITalk Talk { get; }

    public IAsks Asks { get; }

    public ICatalogue Catalogue { get; }

    public IFiles Files { get; }

    public ISetUp SetUp { get; }

    public IChanges Changes => undo;

    /// <summary>What happens here, for clients that come back and go on where they were.</summary>
    public EventFeed Feed { get; }

    /// <summary>The folder it works in.</summary>
    public string Directory => options.Directory;

    /// <summary>The project of that folder.</summary>
    public Project Project => project;

    /// <summary>The agents of the project.</summary>
    public AgentCatalogue Agents { get; }

    /// <summary>What sessions work towards.</summary>
    public GoalBook Goals { get; }

    /// <summary>The tasks of sessions.</summary>
    public TaskBook Tasks { get; }

    /// <summary>What puts memory in order and proposes skills.</summary>
    public Upkeep Upkeep { get; }

    /// <summary>Terminals that people have opened beside the agent.</summary>
    public TerminalBook Terminals { get; }

    /// <summary>What is remembered, as people use it.</summary>
    public MemoryBook Memory { get; }

    /// <summary>What may be spent, and what is spent of it.</summary>
    public BudgetBook Budgets => budgets;

    /// <summary>How sessions stand.</summary>
    public WorkspaceReports Reports { get; }

    /// <summary>The settings that hold here.</summary>
    public LoadedConfig Config { get; }

    /// <summary>Opens a project's folder.</summary>
    /// <exception cref="UserException">The database cannot be used, or nobody is there to be told that settings cannot be read.</exception>
    public static async Task<Workspace> OpenAsync(WorkspaceOptions options, CancellationToken cancellationToken)
    {
        var config = ConfigLoader.Load(options.Environment, options.Folders, ProjectFolders.Of(options.Directory));
        if (!options.HasPerson)
            config.RequireReadable();
        var database = options.Shared?.Database ?? await OpenDatabaseAsync(options, cancellationToken);
        await new EditRecovery(new EditJournalStore(database, new BlobStore(database))).RunAsync(cancellationToken);
        var workspace = new Workspace(options, config, database);
        await workspace.RememberProjectAsync(cancellationToken);
        await workspace.subagents.SettleAsync(cancellationToken);
        await workspace.undo.ResumeAsync(cancellationToken);
        if (options.HasPerson)
        {
            await workspace.Upkeep.StartDueAsync(cancellationToken);
            workspace.loopRunner.Start();
        }

        return workspace;
    }

    /// <summary>Opens the database that all projects share.</summary>
    public static Task<Database> OpenDatabaseAsync(WorkspaceOptions options, CancellationToken cancellationToken) => Database.OpenAsync(
        options.Folders.Database, options.Clock, FailPoints.Parse(options.Environment["MIMOCODE_FAIL_POINT"]), cancellationToken);

    public IAsyncEnumerable<NumberedEvent> EventsAsync(CancellationToken cancellationToken) => bus.SubscribeAsync(cancellationToken);

    /// <summary>The session that a person worked with last in this folder; null when there is none.</summary>
    public SessionInfo? LastSession() => store.MostRecentRoot(project.Id, options.Directory);

    /// <summary>What is wrong with files that extend the program: each is left out, and the others hold.</summary>
    public IEnumerable<Notice> Notices() => Agents.Read().Notices.Concat(commands.Read().Notices).Concat(skills.Read().Notices);

    /// <summary>Those of them that nobody has been told yet.</summary>
    public ImmutableArray<string> FreshNotices() => [.. Notices().Select(notice => notice.ToString()).Where(text => noticed.TryAdd(text, text))];

    /// <summary>A session as a whole, for export.</summary>
    public SessionExport Export(string sessionId) => store.Export(sessionId);

    /// <summary>What was billed on this machine, summed up; of one root session with all below it, when one is named.</summary>
    public ImmutableArray<UsageSum> Usage(UsageGroup by, DateTimeOffset? since = null, string? rootId = null) => usage.Sum(by, rootId, since);

    /// <summary>The models that are known.</summary>
    public ModelDirectory Models => models;

    /// <summary>The model that answers in a session, and why that one.</summary>
    public Task<ModelChoice> ChooseModelAsync(ModelRef? named, SessionInfo? session, CancellationToken cancellationToken) =>
        models.ChooseAsync(named, session?.Model, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        jobs.Close();
        await loopRunner.DisposeAsync();
        await subagents.DisposeAsync();
        await loops.DisposeAsync();
        await background.DisposeAsync();
        await Terminals.DisposeAsync();
        await processes.DisposeAsync();
        if (telemetry is not null)
            await telemetry.DisposeAsync();
        shellJournal.Dispose();
        pages.Dispose();
        models.Dispose();
        if (ownsDatabase)
            await database.DisposeAsync();
        logFile.Dispose();
    }

    /// <summary>Writes a client's line to the log.</summary>
    public void Log(string level, string line) => logFile.Write(
        level switch { "error" => LogLevel.Error, "warn" => LogLevel.Warn, "debug" => LogLevel.Debug, _ => LogLevel.Info }, line.ReplaceLineEndings(" "));

    // Only in a program that goes on running, and only where a person has asked for the list before.
    private void RefreshModels()
    {
        if (options.HasPerson && models.Files.IsOld)
            background.TryStart("models", models.FetchAsync);
    }

    private void Report(string sessionId, Exception error)
    {
        logFile.Write(LogLevel.Error, $"{sessionId} {error}");
        options.Report(sessionId, error);
    }

    /// <summary>What was taken back is not to be read in files either.</summary>
    private void KeepFilesOfTasks(Event told)
    {
        var task = told switch
        {
            TaskRemoved removed => (removed.SessionId, removed.TaskId),
            TaskUpdated { Kind: TaskChangeKind.Reverted } reverted => (reverted.SessionId, reverted.Task.Id),
            _ => default,
        };
        if (task is (string session, string id))
            background.TryStart($"progress:{session}/{id}", stopping => Tasks.RewriteAsync(session, id, stopping));
    }

    private Task RememberProjectAsync(CancellationToken cancellationToken) =>
        new ProjectStore(database).TouchAsync(project.Id, project.Worktree, project.HasGit ? "git" : null, cancellationToken);

    private async ValueTask<(string Agent, ModelRef Model)> AnswererAsync(SessionInfo session, CancellationToken cancellationToken) =>
        (Agents.Default().Name, (await ChooseModelAsync(null, session, cancellationToken)).Model);

    private SessionUndo UndoOf(PermissionSources sources, SessionLog log, Leases leases, BlobStore blobs)
    {
        // What an agent may not read is not shown in a difference either; that an edit happened is.
        var judge = new AccessJudge(sources.For("", [], []), project.Worktree);
        return new SessionUndo(
            store, new EditJournalStore(database, blobs), new UndoPoints(new StateStore(database)),
            new FileRestorer(blobs, locks, MayShow, database.FailPoints),
            new ChangeList(blobs, Show, MayShow), leases, log, Show);

        bool MayShow(string path) => judge.Allows(PermissionNames.Read, path);
    }

    private string Show(string path) =>
        RealPath.IsWithin(path, project.Worktree) ? Path.GetRelativePath(project.Worktree, path) : path;

    private Session Open(string sessionId)
    {
        var info = store.Find(sessionId) ?? throw UserException.NotFound("session", sessionId);
        var window = store.LoadWindow(sessionId);
        var session = new Session(info, store.FindPlace(sessionId)?.RootId ?? sessionId, project.Worktree);
        session.Load(window.Opened, [.. window.Messages]);
        ledger.Restore(session, new EditJournalStore(database, new BlobStore(database)));
        return session;
    }

    private async ValueTask<Turn> BeginTurnAsync(Session session, UserMessage prompt, CancellationToken cancellationToken)
    {
        var agent = Agents.Get(prompt.Agent);
        var name = agent.Model is { } own && models.Resolve(own, prompt.Model.ProviderId) is { } fixedModel ? fixedModel : prompt.Model;
        var (model, provider) = models.Open(name);
        if (session.Info.ParentId is null)
        {
            await models.RememberAsync(name, cancellationToken);
            await RememberAgentAsync(session, agent.Name);
        }

        budgets.BeginTurn(session);
        if (session.Info.ParentId is null && FreshNotices() is { IsEmpty: false } fresh)
            log.Tell(new SessionWarning(string.Join('\n', fresh)) { SessionId = session.Id });
        background.TryStartIdle("watch", shellJournal.PrepareAsync);
        if (AttachmentLimits.Unread(session.History[^1], model) is { } unread)
            log.Tell(new SessionWarning(unread) { SessionId = session.Id });
        var maySpawn = ActorTool.IsOffered(session.Info, Config.Config.SubagentDepth);
        provider = BestOf(session, prompt, model) is { } candidates ? new BestOfProvider(provider, candidates, assets, options.Clock) : provider;
        return new Turn(agent.Name, model, budgets.IsOn ? new BudgetedProvider(provider, budgets, session.RootId) : provider)
        {
            // What goes on with a turn, such as the result of a subagent, does not say the form again.
            Format = prompt.Format ?? (UserMessages.IsSynthetic(session.History[^1]) ? session.Turn.Format : null),
            Variant = name.Variant ?? agent.Variant,
            HeadKey = AgentHeadSource.KeyOf(agent),
            MaxSteps = agent.Steps,
            Offers = tool => (maySpawn || tool is not ActorTool.Name) && (session.Info.ParentId is null || !ForPeople.Contains(tool))
                && (agent.Tools.IsEmpty || agent.Tools.Any(pattern => Wildcard.Matches(pattern, tool))),
            Options = agent.Options,
        };
    }

    /// <summary>A prompt that names no agent goes to the one that answered last.</summary>
    private Task RememberAgentAsync(Session session, string agent) => session.Info.Agent == agent
        ? Task.CompletedTask
        : store.ChangeAsync(session.Id, info => info with { Agent = agent }, [], session.Lease, fact => log.Told(session, fact));

    /// <summary>How many replies the main agent's steps are chosen from; null: the first is taken. What must fit a schema is not chosen.</summary>
    private int? BestOf(Session session, UserMessage prompt, Model model) =>
        session.Info.ParentId is null && prompt.Format is not JsonSchemaFormat && model != RepairProvider.Model
            ? maxMode.Candidates(session.Id)
            : null;

    private IReadOnlyList<IStepGate> GatesOf(SessionLog log, TaskGate tasks, GoalGate goal)
    {
        IReadOnlyList<IStepGate> always = [new StepLimit(), new BudgetGate(budgets, log.Tell), new RepetitionGate(), new OutputLimitGate(), new OutputGate(log)];
        return options.HasPerson
            ? [.. always, tasks, goal]
            : [.. always, new BackgroundRunsGate(subagents), new JobsGate(jobs, JobsPatience, log.Tell), tasks, goal, new NobodyToAsk()];
    }

    /// <summary>What a session's subagents are at comes to it as a message, and the judge of a goal looks at everything.</summary>
    private bool HasAnotherJudge(string sessionId) => subagents.LiveOf(sessionId).Length > 0 || Goals.Find(sessionId) is { State: GoalState.Open };

    private IEnumerable<ITool> ToolsOf(Asker asker, PermissionGate permissions, Inbox inbox, SessionLog log, BlobStore blobs, MemoryParts memory)
    {
        var journal = new EditJournalStore(database, blobs);
        var builtIn = BuiltIn.All(new ToolParts
        {
            Writer = new EditWriter(journal, locks, ledger, TellEdit, database.FailPoints),
            Ledger = ledger,
            Sight = permissions.SightAsync,
            Pages = pages,
            Ask = asker.AskAsync,
            Search = memory.Search,
            Memory = memory.Files,
            DisableMemoryWrite = Config.Config.Memory.DisableWrite,
            History = memory.Pages,
            Processes = processes,
            Jobs = jobs,
            ShellJournal = shellJournal,
            Home = options.Folders.Home,
            OutputFolder = options.Folders.ToolOutput,
            Clock = options.Clock,
        });
        return
        [
            .. builtIn,
            new PlanExitTool(asker.AskAsync, inbox, memory.Files, options.Clock),
            new ActorTool(subagents, Config.Config.SubagentDepth, options.Clock),
            new SkillTool(skills),
            new TaskTool(Tasks, options.Clock),
            .. options.HasPerson ? [new CronTool(recurrences)] : Array.Empty<ITool>(),
        ];

        void TellEdit(Event edited)
        {
            if (edited is FileEdited { File: var path })
                shellJournal.Wrote(path);
            log.Tell(edited);
        }
    }
}
