using System.Collections.Immutable;
using System.Text;
using MiMoCode.Engine.Guard;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Commands;

/// <summary>Makes a prompt of a command: fills its template, runs its command lines as its agent might, adds the files it mentions.</summary>
internal sealed class CommandExpander(CommandCatalogue catalogue, GuardedCommands shell, SessionOpener open, string home)
{
    private const int LongestOutput = 30_000;
    private static readonly TimeSpan CommandTime = TimeSpan.FromMinutes(1);

    /// <exception cref="UserException">There is no such command, or something it runs or reads is refused.</exception>
    public async Task<PromptRequest> ExpandAsync(string sessionId, CommandRequest request, CancellationToken cancellationToken)
    {
        var command = catalogue.Get(request.Command);
        var session = open(sessionId);
        var agent = command.Agent ?? request.Agent ?? session.Info.Agent;
        session.Turn = session.Turn with { Agent = agent ?? session.Prompt?.Agent ?? "" };
        var pieces = command.IsLiteral
            ? [new TemplatePiece($"{command.Template}\n\n{request.Arguments.Trim()}", IsShell: false)]
            : CommandTemplate.Fill(command.Template, request.Arguments.Trim());
        var text = new StringBuilder();
        foreach (var piece in pieces)
            text.Append(piece.IsShell ? await OutputAsync(session, command, piece.Text, cancellationToken) : piece.Text);

        // What a command printed mentions nothing: only the template and the person do.
        var byPerson = CommandTemplate.Mentions(request.Arguments);
        var mentioned = command.IsLiteral ? byPerson : pieces.Where(piece => !piece.IsShell).SelectMany(piece => CommandTemplate.Mentions(piece.Text));
        var files = await FilesAsync(session, command, mentioned, byPerson, cancellationToken);
        return new PromptRequest
        {
            Parts = [new PromptText(text.ToString().Trim()), .. files, .. request.Parts ?? []],
            MessageId = request.MessageId,
            Agent = agent,
            Model = (command.Model ?? request.Model) is { } model ? ModelRef.Parse(model) : null,
            Variant = request.Variant,
        };
    }

    private async Task<string> OutputAsync(Session session, CommandDefinition command, string line, CancellationToken cancellationToken)
    {
        var result = await shell.RunAsync(session, line, CommandTime, cancellationToken);
        if (result.Exit is null && result.Output.Length is 0)
            throw new UserException($"/{command.Name} wants to run {line}: {result.Failure}", 3);
        return ConversationText.Shorten(result.Output.TrimEnd(), LongestOutput);
    }

    /// <summary>The files that are mentioned. One that the person did not name is read as the agent might: a repository wrote the template.</summary>
    private async Task<List<PromptPart>> FilesAsync(
        Session session, CommandDefinition command, IEnumerable<string> mentioned, ImmutableArray<string> byPerson, CancellationToken cancellationToken)
    {
        var files = new List<PromptPart>();
        foreach (var mention in mentioned.Distinct())
        {
            var path = Path.GetFullPath(mention.StartsWith("~/", StringComparison.Ordinal) ? home + mention[1..] : mention, session.Directory);
            if (!Path.Exists(path))
                continue;
            if (!byPerson.Contains(mention) && await shell.DenyReadAsync(session, path, cancellationToken) is { } refused)
                throw new UserException($"/{command.Name} wants to read {path}: {refused}", 3);
            var mime = Directory.Exists(path) ? "application/x-directory" : "text/plain";
            files.Add(new PromptFile(mime, new Uri(path).AbsoluteUri, Path.GetFileName(path)));
        }

        return files;
    }
}
