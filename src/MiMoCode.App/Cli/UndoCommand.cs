using System.CommandLine;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo undo</c>: takes back the last prompt with what the agent did about it.</summary>
internal static class UndoCommand
{
    public static Command Create(CliContext context)
    {
        var message = new Argument<string?>("message") { Description = "The message to go back to, msg_…; the last prompt when left out.", Arity = ArgumentArity.ZeroOrOne };
        var files = new Option<bool>("--files") { Description = "Only the files; the conversation goes on." };
        var talk = new Option<bool>("--talk") { Description = "Only the conversation; the files stay." };
        var both = new Option<bool>("--both") { Description = "Both; the default." };
        var preview = new Option<bool>("--preview") { Description = "Show what would become of the files; change nothing." };
        var command = new Command("undo", "Take back the last prompt: the conversation and the agent's changes, never anybody else's.")
        {
            message, files, talk, both, preview,
        };
        command.Validators.Add(result =>
        {
            if (new[] { files, talk, both }.Count(result.GetValue) > 1)
                result.AddError("--files, --talk and --both exclude one another.");
        });
        var choice = new SessionChoice();
        choice.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var scope = parsed.GetValue(files) ? RevertScope.Files : parsed.GetValue(talk) ? RevertScope.Talk : RevertScope.Both;
            var request = new RevertRequest(parsed.GetValue(message), Scope: scope, Preview: parsed.GetValue(preview));
            return choice.WithAsync(context, parsed, async (workspace, session) =>
            {
                var result = await workspace.Changes.RevertAsync(session, request, cancellationToken);
                return await RevertReport.WriteAsync(context, result, request.Preview is true, scope);
            }, cancellationToken);
        });
        return command;
    }
}
