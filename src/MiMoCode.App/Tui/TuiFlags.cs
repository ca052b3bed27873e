using System.CommandLine;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.App.Tui;

/// <summary>The flags of <c>mimo [project]</c>.</summary>
internal sealed class TuiFlags
{
    private readonly Argument<string?> project = new("project") { Description = "The folder to work in.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> last = new("--continue", "-c") { Description = "Go on with the last session of this folder." };
    private readonly Option<string?> session = new("--session", "-s") { Description = "Go on with this session." };
    private readonly Option<bool> fork = new("--fork") { Description = "Go on in a copy of the session; needs -c or -s." };
    private readonly Option<string?> prompt = new("--prompt") { Description = "A prompt that is sent at once; piped text stands before it." };
    private readonly Option<string?> model = new("--model", "-m") { Description = "The model, as provider/model." };
    private readonly Option<string?> agent = new("--agent") { Description = "The agent that answers." };
    private readonly Option<int?> port = new("--port") { Description = "Serve the same sessions over HTTP too, on this port; 0 lets the system choose." };
    private readonly Option<string?> hostname = new("--hostname") { Description = "The address to serve on; anything but this machine needs a password." };
    private readonly Option<bool> trust = new("--trust") { Description = "Do not ask whether the folder is trusted." };
    private readonly Option<bool> skip = new("--dangerously-skip-permissions", "--yolo")
    {
        Description = "Allow what would be asked, except what always needs a person.",
    };

    public void AddTo(RootCommand root)
    {
        root.Add(project);
        foreach (var option in (Option[])[last, session, fork, prompt, model, agent, port, hostname, trust, skip])
            root.Add(option);
    }

    /// <exception cref="UserException">A flag is wrong, or the folder is missing.</exception>
    public Given Read(ParseResult parsed)
    {
        var folder = Path.GetFullPath(parsed.GetValue(project) ?? ".");
        if (!Directory.Exists(folder))
            throw new UserException($"There is no folder {folder}, nor a command of that name. See mimo --help.");
        if (parsed.GetValue(fork) && parsed.GetValue(session) is null && !parsed.GetValue(last))
            throw new UserException("--fork copies a session: say which with -c or -s.");
        return new Given(folder)
        {
            Last = parsed.GetValue(last),
            SessionId = parsed.GetValue(session),
            Fork = parsed.GetValue(fork),
            Prompt = parsed.GetValue(prompt),
            Model = parsed.GetValue(model) is { } name ? ModelOf(name) : null,
            Agent = parsed.GetValue(agent),
            Listen = parsed.GetValue(port) is not null || parsed.GetValue(hostname) is not null ? new Listening(parsed.GetValue(hostname), parsed.GetValue(port)) : null,
            Trust = parsed.GetValue(trust),
            SkipPermissions = parsed.GetValue(skip),
        };
    }

    private static ModelRef ModelOf(string name) =>
        ModelRef.Parse(name) ?? throw new UserException($"'{name}' is not a model: write provider/model. See mimo models.");

    /// <summary>What was given.</summary>
    internal sealed record Given(string Folder)
    {
        public bool Last { get; init; }

        public string? SessionId { get; init; }

        public bool Fork { get; init; }

        public string? Prompt { get; init; }

        public ModelRef? Model { get; init; }

        public string? Agent { get; init; }

        /// <summary>Null: no server.</summary>
        public Listening? Listen { get; init; }

        public bool Trust { get; init; }

        public bool SkipPermissions { get; init; }
    }
}

/// <summary>Where a server beside the interface listens; null for the usual.</summary>
internal sealed record Listening(string? Host, int? Port);
