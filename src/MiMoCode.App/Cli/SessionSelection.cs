using System.CommandLine;
using MiMoCode.Engine;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.App.Cli;

/// <summary>The flags by which doors say in which folder and session they work, and with whom.</summary>
internal sealed class SessionSelection
{
    private readonly Option<bool> last = new("--continue", "-c") { Description = "Go on with the last session of this folder." };
    private readonly Option<string?> session = new("--session", "-s") { Description = "Go on with this session." };
    private readonly Option<bool> fork = new("--fork") { Description = "Go on in a copy of the session; needs -c or -s." };
    private readonly Option<string?> model = new("--model", "-m") { Description = "The model, as provider/model, or a group of the settings." };
    private readonly Option<string?> agent = new("--agent") { Description = "The agent that answers." };
    private readonly Option<string?> directory = new("--dir") { Description = "The folder to work in." };
    private readonly Option<bool> skip = new("--dangerously-skip-permissions", "--yolo")
    {
        Description = "Allow what would be asked, except what always needs a person.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(last);
        command.Options.Add(session);
        command.Options.Add(fork);
        command.Options.Add(model);
        command.Options.Add(agent);
        command.Options.Add(directory);
        command.Options.Add(skip);
    }

    public Chosen Read(ParseResult parsed) => new(
        parsed.GetValue(last), parsed.GetValue(session), parsed.GetValue(fork), parsed.GetValue(model), parsed.GetValue(agent),
        parsed.GetValue(directory), parsed.GetValue(skip));

    /// <summary>What was chosen on the command line.</summary>
    internal sealed record Chosen(
        bool Last, string? SessionId, bool Fork, string? ModelName, string? Agent, string? Folder, bool SkipPermissions)
    {
        /// <summary>The model; null when none was named, or a tier that is not set up.</summary>
        /// <exception cref="UserException">It is neither a model nor a group of the settings.</exception>
        public ModelRef? Model(Workspace workspace) => ModelName is null ? null : workspace.Models.Resolve(ModelName);

        /// <summary>The folder to work in, absolute.</summary>
        public string Directory(CliContext context)
        {
            var path = Path.GetFullPath(Folder ?? ".", context.Directory);
            return System.IO.Directory.Exists(path) ? path : throw new UserException($"There is no folder {path}.");
        }

        /// <summary>The session of a server that was chosen, or a new one there.</summary>
        public async Task<SessionInfo> OpenThereAsync(IMimoClient client, string? title, CancellationToken cancellationToken)
        {
            if (Fork && SessionId is null && !Last)
                throw new UserException("--fork copies a session: say which with -c or -s.");
            var found = SessionId is not null
                ? await client.Sessions.GetAsync(SessionId, cancellationToken)
                : Last ? (await client.Sessions.ListAsync(new SessionQuery(Roots: true, Limit: 1), cancellationToken)).FirstOrDefault() : null;
            if (found is null)
                return await client.Sessions.CreateAsync(new CreateSession(Title: title, Agent: Agent), cancellationToken);
            return Fork ? await client.Sessions.ForkAsync(found.Id, null, cancellationToken) : found;
        }

        /// <summary>The session that was chosen, or a new one.</summary>
        public async Task<SessionInfo> OpenAsync(Workspace workspace, string? title, CancellationToken cancellationToken)
        {
            if (Fork && SessionId is null && !Last)
                throw new UserException("--fork copies a session: say which with -c or -s.");

            // Said before a session is made that nobody could use.
            if (Agent is not null)
                workspace.Agents.Get(Agent);
            if (Model(workspace) is { } named)
                await workspace.ChooseModelAsync(named, null, cancellationToken);
            var found = SessionId is not null
                ? await workspace.Sessions.GetAsync(SessionId, cancellationToken)
                : Last ? workspace.LastSession() : null;
            if (found is null)
                return await workspace.Sessions.CreateAsync(new CreateSession(Title: title, Agent: Agent), cancellationToken);
            if (!Fork && Agent is not null && found.Agent is { } current && !AgentModes.MaySwitch(current, Agent))
                throw new UserException($"This session is one of {current}, and {Agent} has sessions of its own: begin a new one, or copy this one with --fork.");
            return Fork ? await workspace.Sessions.ForkAsync(found.Id, null, cancellationToken) : found;
        }
    }
}
