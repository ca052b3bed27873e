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
        var goal = new Option<string?>("--goal") { Description = "Work until this is true; an independent judge decides. Alone, it is the message too." };
        var schema = new Option<string?>("--output-schema") { Description = "A file with a JSON Schema that the answer must fit; the output is then that JSON alone." };
        var command = new Command("run", "Work on one prompt and end; nothing is asked, what needs a person is refused.")
        {
            message, format, files, title, variant, thinking, slash, goal, schema,
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
        var directory = request.Session.Directory(context);
        var text = await MessageAsync(context, request, cancellationToken);
        ImmutableArray<PromptPart> parts = [new PromptText(text), .. request.Files.Select(file => Attachment.Of(file, context.Directory))];

        await using var workspace = await Workspace.OpenAsync(context.WorkspaceIn(directory) with
        {
            AskPolicy = request.Session.SkipPermissions ? AskPolicy.Allow : AskPolicy.Refuse,
        }, cancellationToken);
        foreach (var notice in workspace.Notices())
            await context.Error.WriteLineAsync($"mimo: {notice}");
        var session = await request.Session.OpenAsync(workspace, TitleOf(request.Title, text), cancellationToken);
        var (model, reason) = await workspace.ChooseModelAsync(request.Session.Model(workspace), session, cancellationToken);
        var agent = request.Session.Agent ?? session.Agent ?? workspace.Agents.Default().Name;
        await context.Error.WriteLineAsync($"> {agent} · {model} ({reason})");

        if (request is { Format: not null, Slash: not null })
            throw new UserException("--output-schema does not go with --command.");
        if (request.Goal is { } condition)
            await workspace.Goals.SetAsync(session.Id, condition, null, null, cancellationToken);
        Task<PromptAccepted> SendAsync(CancellationToken stopped) => request.Slash is { } slash
            ? workspace.Talk.CommandAsync(
                session.Id,
                new CommandRequest(slash, text, null, request.Session.Agent, model.ToString(), request.Variant, [.. parts.OfType<PromptFile>()]), stopped)
            : workspace.Talk.PromptAsync(
                session.Id, new PromptRequest { Parts = parts, Agent = agent, Model = model, Variant = request.Variant, Format = request.Format }, stopped);
        IRunPrinter printer = request switch
        {
            { Json: true } => new JsonRunPrinter(context.Out, context.Clock, session.Id, request.Thinking),
            { Format: not null } => new StructuredRunPrinter(new TextRunPrinter(context.Error, context.Error, session.Id, request.Thinking), context.Out),
            _ => new TextRunPrinter(context.Out, context.Error, session.Id, request.Thinking),
        };
        return await new Turn(workspace, session.Id, new HeldText(new Scope(printer, session.Id)), context.Out, context.Error).RunAsync(SendAsync, cancellationToken);
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
    }

    /// <summary>One turn: shows what happens, ends with it, and stops it cleanly on a signal.</summary>
    private sealed class Turn(Workspace workspace, string sessionId, IRunPrinter printer, TextWriter output, TextWriter error)
    {
        public async Task<int> RunAsync(Func<CancellationToken, Task<PromptAccepted>> sendAsync, CancellationToken cancellationToken)
        {
            using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var signal = 0;
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, 2));
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, 15));
            using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Stop(context, 1));

            using var shown = new CancellationTokenSource();
            var showing = ShowAsync(workspace.EventsAsync(shown.Token));
            try
            {
                var accepted = await sendAsync(stopped.Token);
                if (accepted.Said is { } said)
                {
                    await output.WriteLineAsync(said);
                    return ExitCodes.Done;
                }

                var end = await workspace.Talk.WaitAsync(sessionId, accepted.MessageId, stopped.Token);

                // A session that another process drives is not heard here; its answer is in the history.
                if (accepted.Busy)
                    await ShowReplyAsync(end.Reply);
                else
                    await showing.WaitAsync(CancellationToken.None);
                return await EndAsync(end);
            }
            catch (OperationCanceledException) when (stopped.IsCancellationRequested)
            {
                await workspace.Talk.AbortAsync(sessionId, CancellationToken.None);
                await shown.CancelAsync();
                await showing;
                await error.WriteLineAsync($"mimo: stopped; mimo run -s {sessionId} goes on with it");
                return signal is 0 ? ExitCodes.Failed : 128 + signal;
            }
            finally
            {
                await shown.CancelAsync();
                await showing;
            }

            void Stop(PosixSignalContext context, int number)
            {
                context.Cancel = true;
                signal = number;
                stopped.Cancel();
            }
        }

        /// <summary>Shows what happens until the session is idle: that is told after everything else.</summary>
        private async Task ShowAsync(IAsyncEnumerable<NumberedEvent> events)
        {
            try
            {
                await foreach (var happened in events)
                {
                    await printer.ShowAsync(happened.Event);
                    if (happened.Event is SessionIdle idle && idle.SessionId == sessionId)
                        return;
                }
            }
            catch (OperationCanceledException)
            {
                // The turn was stopped.
            }
        }

        private async Task ShowReplyAsync(MessageWithParts? reply)
        {
            if (reply is not null)
                await printer.ShowAsync(new MessageUpdated(reply.Info) { SessionId = sessionId });
            foreach (var part in reply?.Parts ?? [])
                await printer.ShowAsync(new PartUpdated(part, reply!.Info.Time.Created) { SessionId = sessionId });
        }

        private async Task<int> EndAsync(TurnEnd end)
        {
            if (end.Reason is not StopReason.Done && end.Text is { } text)
                await error.WriteLineAsync($"mimo: {text}");
            return end.Reason switch
            {
                StopReason.Done => ExitCodes.Done,
                StopReason.Budget => ExitCodes.Budget,
                StopReason.NeedsPerson => ExitCodes.NeedsPerson,
                _ => ExitCodes.Failed,
            };
        }
    }
}
