using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using MiMoCode.Engine;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo run</c>: one prompt, worked on until the agent is done, without a person at hand.</summary>
internal static class RunCommand
{
    public static Command Create(CliContext context)
    {
        var message = new Argument<string[]>("message") { Description = "What is to be done. Piped input is added to it.", Arity = ArgumentArity.ZeroOrMore };
        var format = new Option<string>("--format") { Description = "text for people, json for programs: one object per line.", DefaultValueFactory = _ => "default" };
        format.AcceptOnlyFromAmong("default", "text", "json");
        var selection = new SessionSelection();
        var files = new Option<string[]>("--file", "-f") { Description = "A file that goes with the message; may be repeated." };
        var title = new Option<string?>("--title") { Description = "What the session is called; empty: the beginning of the message.", Arity = ArgumentArity.ZeroOrOne };
        var variant = new Option<string?>("--variant") { Description = "The variant of the model, for instance its reasoning effort." };
        var thinking = new Option<bool>("--thinking") { Description = "Show what the model thinks." };
        var slash = new Option<string?>("--command") { Description = "Carry out this slash command; the message is what stands behind it." };
        var goal = new Option<string?>("--goal") { Description = "Work until this is true; an independent judge decides, and commands between backticks have to succeed. Alone, it is the message too." };
        var schema = new Option<string?>("--output-schema") { Description = "A file with a JSON Schema that the answer must fit; the output is then that JSON alone." };
        var attach = new Option<string?>("--attach") { Description = "Work on this server, such as http://127.0.0.1:4096; --dir is then a folder there." };
        var password = new Option<string?>("--password", "-p") { Description = "The server's password; MIMOCODE_SERVER_PASSWORD when left out." };
        var username = new Option<string?>("--username", "-u") { Description = "The name to log in to the server with." };
        var port = new Option<int?>("--port") { Description = "Serve the session over HTTP meanwhile, on this port; 0 lets the system choose." };
        var command = new Command("run", "Work on one prompt and end; nothing is asked, what needs a person is refused.")
        {
            message, format, files, title, variant, thinking, slash, goal, schema, attach, password, username, port,
        };
        selection.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(context, new RunRequest
        {
            Words = WordsOf(parsed, message),
            Json = parsed.GetValue(format) is "json",
            Files = parsed.GetValue(files) ?? [],
            Title = parsed.GetResult(title) is null ? null : parsed.GetValue(title) ?? "",
            Variant = parsed.GetValue(variant),
            Thinking = parsed.GetValue(thinking),
            Slash = parsed.GetValue(slash),
            Goal = parsed.GetValue(goal),
            Format = parsed.GetValue(schema) is { } file ? OutputSchemaFile.Read(file, context.Directory) : null,
            Session = selection.Read(parsed),
            Attach = parsed.GetValue(attach) is { } url
                ? new RemoteTarget(url, parsed.GetValue(username), parsed.GetValue(password), selection.Read(parsed).Folder)
                : null,
            Port = parsed.GetValue(port),
        }, cancellationToken));
        return command;
    }

    /// <summary>A mistyped flag is not a word of the message, unless two dashes before it say so.</summary>
    private static string[] WordsOf(ParseResult parsed, Argument<string[]> message)
    {
        var words = parsed.GetValue(message) ?? [];
        var flag = words.FirstOrDefault(word => word.Length > 1 && word[0] is '-' && !word.Contains(' ', StringComparison.Ordinal));
        return flag is null || parsed.Tokens.Any(token => token.Type is TokenType.DoubleDash)
            ? words
            : throw new UserException($"There is no flag {flag} here; write -- before a message with such a word. See mimo run --help.");
    }

    private static async Task<int> RunAsync(CliContext context, RunRequest request, CancellationToken cancellationToken)
    {
        var text = await MessageAsync(context, request, cancellationToken);
        ImmutableArray<PromptPart> parts = [new PromptText(text), .. request.Files.Select(file => Attachment.Of(file, context.Directory))];
        if (request is { Format: not null, Slash: not null })
            throw new UserException("--output-schema does not go with --command.");
        if (request.Attach is { } target)
            return await RunThereAsync(context, request, target, parts, TitleOf(request.Title, text), cancellationToken);
        var directory = request.Session.Directory(context);

        var options = context.WorkspaceIn(directory) with { AskPolicy = request.Session.SkipPermissions ? AskPolicy.Allow : AskPolicy.Refuse };
        if (request.Port is { } port)
        {
            var served = await context.ServeAsync(options, null, port, cancellationToken);
            await using var owner = served.Owner;
            await context.Error.WriteLineAsync($"mimo: {served.Words}");
            return await RunHereAsync(context, request, served.Workspace, text, parts, cancellationToken);
        }

        await using var workspace = await Workspace.OpenAsync(options, cancellationToken);
        return await RunHereAsync(context, request, workspace, text, parts, cancellationToken);
    }

    private static async Task<int> RunHereAsync(
        CliContext context, RunRequest request, Workspace workspace, string text, ImmutableArray<PromptPart> parts, CancellationToken cancellationToken)
    {
        foreach (var notice in workspace.FreshNotices())
            await context.Error.WriteLineAsync($"mimo: {notice}");
        var session = await request.Session.OpenAsync(workspace, TitleOf(request.Title, text), cancellationToken);
        var (model, reason) = await workspace.ChooseModelAsync(request.Session.Model(workspace), session, cancellationToken);
        var agent = request.Session.Agent ?? session.Agent ?? workspace.Agents.Default().Name;
        await context.Error.WriteLineAsync($"> {agent} · {model} ({reason})");

        if (request.Goal is { } condition)
            await workspace.Goals.SetAsync(session.Id, condition, null, null, cancellationToken);
        return await TurnAsync(context, workspace, session.Id, request, parts, new Answerer(agent, model, reason), cancellationToken);
    }

    /// <summary>Works on a server instead: nobody is asked here either, so what is asked there is refused.</summary>
    private static async Task<int> RunThereAsync(
        CliContext context, RunRequest request, RemoteTarget target, ImmutableArray<PromptPart> parts, string? title, CancellationToken cancellationToken)
    {
        if (request.Goal is not null)
            throw new UserException("--goal does not go with --attach; --command goal says the same.");
        if (request.Session.SkipPermissions)
            throw new UserException("--dangerously-skip-permissions does not go with --attach: the server decides what it allows.");
        await using var client = await context.ConnectAsync(target, cancellationToken);
        var named = request.Session.ModelName is { } name
            ? ModelRef.Parse(name) ?? throw new UserException($"'{name}' is not a model: write provider/model.")
            : null;
        var session = await request.Session.OpenThereAsync(client, title, cancellationToken);
        var answerer = await client.Catalogue.AnswererAsync(session.Id, named, cancellationToken);
        answerer = answerer with { Agent = request.Session.Agent ?? answerer.Agent };
        await context.Error.WriteLineAsync($"> {answerer.Agent} · {answerer.Model} ({answerer.Because})");
        return await TurnAsync(context, client, session.Id, request, parts, answerer, cancellationToken);
    }

    private static Task<int> TurnAsync(
        CliContext context, IMimoClient client, string sessionId, RunRequest request, ImmutableArray<PromptPart> parts, Answerer answerer, CancellationToken cancellationToken)
    {
        IRunPrinter printer = request switch
        {
            { Json: true } => new JsonRunPrinter(context.Out, context.Clock, sessionId, request.Thinking),
            { Format: not null } => new StructuredRunPrinter(new TextRunPrinter(context.Error, context.Error, sessionId, request.Thinking), context.Out),
            _ => new TextRunPrinter(context.Out, context.Error, sessionId, request.Thinking),
        };
        if (request.Attach is not null)
            printer = new RefusingPrinter(printer, client.Asks);
        return new RunTurn(client, sessionId, new HeldText(new Scope(printer, sessionId)), context.Out, context.Error).RunAsync(SendAsync, cancellationToken);

        Task<PromptAccepted> SendAsync(CancellationToken stopped) => request.Slash is { } slash
            ? client.Talk.CommandAsync(
                sessionId,
                new CommandRequest(
                    slash, ((PromptText)parts[0]).Text, null, request.Session.Agent, answerer.Model.ToString(), request.Variant, [.. parts.OfType<PromptFile>()]), stopped)
            : client.Talk.PromptAsync(
                sessionId,
                new PromptRequest { Parts = parts, Agent = answerer.Agent, Model = answerer.Model, Variant = request.Variant, Format = request.Format }, stopped);
    }

    private static async Task<string> MessageAsync(CliContext context, RunRequest request, CancellationToken cancellationToken)
    {
        var words = string.Join(' ', request.Words.Select(word => word.Contains(' ', StringComparison.Ordinal) && request.Words.Length > 1 ? $"\"{word}\"" : word));
        var piped = await new StandardInput(context.Error).ReadAsync(words.Length > 0 || request.Goal is not null || request.Slash is not null, cancellationToken);
        var text = string.Join('\n', ((string[])[words, piped ?? ""]).Where(part => part.Length > 0));
        return text.Trim().Length > 0 ? text
            : request.Goal is { } goal ? $"Work until this is true: {goal}"
            : request.Slash is not null ? ""
            : throw new UserException("There is nothing to do: give a message, as in mimo run \"make the failing tests pass\".");
    }

    private static string? TitleOf(string? title, string text)
    {
        const int longest = 50;
        if (title is not "")
            return title;
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= longest ? line : $"{line[..longest]}...";
    }

    private sealed record RunRequest
    {
        public required string[] Words { get; init; }
        public required bool Json { get; init; }
        public required string[] Files { get; init; }
        public required string? Title { get; init; }
        public required string? Variant { get; init; }
        public required bool Thinking { get; init; }
        public required string? Slash { get; init; }
        public required string? Goal { get; init; }
        public required JsonSchemaFormat? Format { get; init; }
        public required SessionSelection.Chosen Session { get; init; }
        public RemoteTarget? Attach { get; init; }
        public int? Port { get; init; }
    }
}
