using System.CommandLine;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo diff</c>: what the agent changed in a session, as git apply reads it.</summary>
internal static class DiffCommand
{
    public static Command Create(CliContext context)
    {
        var message = new Argument<string?>("message") { Description = "Only the turn that this message began.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("diff", "Show what the agent changed in a session and still stands.") { message };
        var choice = new SessionChoice();
        choice.AddTo(command);
        command.SetAction((parsed, cancellationToken) => choice.WithAsync(context, parsed, async (workspace, session) =>
        {
            var changes = await workspace.Changes.DiffAsync(session, parsed.GetValue(message), cancellationToken);
            foreach (var file in changes.Files)
                await context.Out.WriteAsync(file.Patch.Length > 0 ? file.Patch : $"{file.File}: not shown, because it may not be read or holds the same\n");
            foreach (var note in changes.Notes)
                await context.Error.WriteLineAsync($"mimo: {note}");
            return ExitCodes.Done;
        }, cancellationToken));
        return command;
    }
}
