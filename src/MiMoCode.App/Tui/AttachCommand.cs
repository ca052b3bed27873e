using System.CommandLine;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.App.Tui;

/// <summary><c>mimo attach URL</c>: the interface here, the work on a server.</summary>
internal static class AttachCommand
{
    public static Command Create(TuiEntry entry)
    {
        var url = new Argument<string>("url") { Description = "The server, such as http://127.0.0.1:4096." };
        var directory = new Option<string?>("--dir") { Description = "The folder to work in, as the server sees it." };
        var last = new Option<bool>("--continue", "-c") { Description = "Go on with the last session of the folder." };
        var session = new Option<string?>("--session", "-s") { Description = "Go on with this session." };
        var fork = new Option<bool>("--fork") { Description = "Go on in a copy of the session; needs -c or -s." };
        var password = new Option<string?>("--password", "-p") { Description = "The server's password; MIMOCODE_SERVER_PASSWORD when left out." };
        var username = new Option<string?>("--username", "-u") { Description = "The name to log in with." };
        var model = new Option<string?>("--model", "-m") { Description = "The model, as provider/model." };
        var agent = new Option<string?>("--agent") { Description = "The agent that answers." };
        var command = new Command("attach", "Work with the sessions of a server, from here.") { url, directory, last, session, fork, password, username, model, agent };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(fork) && parsed.GetValue(session) is null && !parsed.GetValue(last))
                throw new UserException("--fork copies a session: say which with -c or -s.");
            var target = new RemoteTarget(parsed.GetValue(url)!, parsed.GetValue(username), parsed.GetValue(password), parsed.GetValue(directory));
            var wanted = new TuiOptions
            {
                GoesOn = parsed.GetValue(last) || parsed.GetValue(session) is not null,
                Fork = parsed.GetValue(fork),
                Model = parsed.GetValue(model) is { } name
                    ? ModelRef.Parse(name) ?? throw new UserException($"'{name}' is not a model: write provider/model.")
                    : null,
                Agent = parsed.GetValue(agent),
            };
            return new TuiCommand(entry).AttachAsync(target, wanted, parsed.GetValue(session), parsed.GetValue(last), cancellationToken);
        });
        return command;
    }
}
