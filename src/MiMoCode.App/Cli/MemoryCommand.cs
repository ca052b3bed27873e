using System.CommandLine;
using System.Globalization;
using MiMoCode.Engine;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo memory</c>: what is remembered of the user, of this project and of a session, and putting it right.</summary>
internal static class MemoryCommand
{
    public static Command Create(CliContext context) => new("memory", "Look at what is remembered, add to it, correct it, and bring it back.")
    {
        List(context), Show(context), Search(context), Add(context), Forget(context), History(context), Restore(context), ReviewCommand.Create(context),
    };

    private static Command List(CliContext context)
    {
        var flags = new MemoryFlags();
        var command = flags.AddTo(new Command("list", "List the memory files: of the user, of this project, of a session."));
        command.Aliases.Add("ls");
        command.SetAction((parsed, cancellationToken) => flags.WithAsync(context, parsed, async (workspace, session) =>
        {
            var files = workspace.Memory.List(session);
            await (flags.IsJson(parsed) ? MemoryView.WriteAsync(context.Out, files, ProtocolJson.Default.ImmutableArrayRememberedFile) : MemoryView.FilesAsync(context, files));
        }, cancellationToken));
        return command;
    }

    private static Command Show(CliContext context)
    {
        var flags = new MemoryFlags();
        var name = new Argument<string?>("file") { Description = "project, global, notes, checkpoint, a task, or a file that list shows; the first two when left out.", Arity = ArgumentArity.ZeroOrOne };
        var command = flags.AddTo(new Command("show", "Print memory files with numbered lines.") { name });
        command.SetAction((parsed, cancellationToken) => flags.WithAsync(context, parsed, async (workspace, session) =>
        {
            string[] names = parsed.GetValue(name) is { } one ? [one] : ["project", "global"];
            var texts = names.Select(each => workspace.Memory.Show(each, session)).ToList();
            await (flags.IsJson(parsed) ? MemoryView.WriteAsync(context.Out, [.. texts], ProtocolJson.Default.ImmutableArrayRememberedText) : MemoryView.TextsAsync(context, texts));
        }, cancellationToken));
        return command;
    }

    private static Command Search(CliContext context)
    {
        var flags = new MemoryFlags();
        var words = new Argument<string[]>("words") { Description = "What to find; \"a phrase\" in quotation marks.", Arity = ArgumentArity.OneOrMore };
        var limit = new Option<int>("--max-count", "-n") { Description = "So many hits at the most.", DefaultValueFactory = _ => 20 };
        var past = new Option<bool>("--history") { Description = "Also in everything that was said and done in this project." };
        var all = new Option<bool>("--all-projects") { Description = "With --history: in all projects." };
        var command = flags.AddTo(new Command("search", "Find lines in memory files and, if wanted, in the history.") { words, limit, past, all });
        command.SetAction((parsed, cancellationToken) => flags.WithAsync(context, parsed, async (workspace, session) =>
        {
            var (query, most) = (string.Join(' ', parsed.GetValue(words)!), Math.Clamp(parsed.GetValue(limit), 1, 200));
            var found = new Recollection(
                workspace.Memory.Search(query, session, most),
                parsed.GetValue(past) || parsed.GetValue(all)
                    ? await workspace.Memory.SearchHistoryAsync(query, flags.NamedSession(parsed), parsed.GetValue(all), most, cancellationToken,
                        notice => context.Error.WriteLine($"mimo: {notice}"))
                    : []);
            await (flags.IsJson(parsed) ? MemoryView.WriteAsync(context.Out, found, ProtocolJson.Default.Recollection) : MemoryView.FoundAsync(context, found));
        }, cancellationToken));
        return command;
    }

    private static Command Add(CliContext context)
    {
        var text = new Argument<string[]>("text") { Description = "What is to be remembered, in one line.", Arity = ArgumentArity.OneOrMore };
        var global = new Option<bool>("--global", "-g") { Description = "In all projects, not only in this one." };
        var flags = new MemoryFlags();
        var command = flags.AddTo(new Command("add", "Remember a line in this project, from the next window on.") { text, global });
        command.SetAction((parsed, cancellationToken) => flags.WithAsync(context, parsed, async (workspace, _) =>
        {
            var line = await workspace.Memory.AddAsync(
                string.Join(' ', parsed.GetValue(text)!), parsed.GetValue(global) ? MemoryLayer.Global : MemoryLayer.Project, cancellationToken);
            await MemoryView.LineAsync(context, flags.IsJson(parsed), "Remembered", line);
        }, cancellationToken));
        return command;
    }

    private static Command Forget(CliContext context)
    {
        var flags = new MemoryFlags();
        var what = new Argument<string[]>("what") { Description = "FILE:LINE as show and search print it, or words that only one line holds.", Arity = ArgumentArity.OneOrMore };
        var command = flags.AddTo(new Command("forget", "Take a line out. It is kept as a version and can be brought back.") { what });
        command.SetAction((parsed, cancellationToken) => flags.WithAsync(context, parsed, async (workspace, session) =>
        {
            var (name, number) = Meant(workspace, string.Join(' ', parsed.GetValue(what)!), session);
            var line = await workspace.Memory.ForgetAsync(name, number, session, cancellationToken);
            await MemoryView.LineAsync(context, flags.IsJson(parsed), "Forgotten", line);
            await context.Error.WriteLineAsync($"mimo: mimo memory restore {line.Name} brings it back");
        }, cancellationToken));
        return command;
    }

    private static Command History(CliContext context)
    {
        var flags = new MemoryFlags();
        var name = new Argument<string>("file") { Description = "project, global, notes, checkpoint, or a file that list shows.", DefaultValueFactory = _ => "project" };
        var command = flags.AddTo(new Command("history", "List the kept versions of a memory file, the newest first.") { name });
        command.SetAction((parsed, cancellationToken) => flags.WithAsync(context, parsed, async (workspace, session) =>
        {
            var versions = workspace.Memory.Versions(parsed.GetValue(name)!, session);
            await (flags.IsJson(parsed) ? MemoryView.WriteAsync(context.Out, versions, ProtocolJson.Default.ImmutableArrayRememberedVersion) : MemoryView.VersionsAsync(context, versions));
        }, cancellationToken));
        return command;
    }

    private static Command Restore(CliContext context)
    {
        var flags = new MemoryFlags();
        var name = new Argument<string>("file") { Description = "project, global, notes, checkpoint, or a file that list shows.", DefaultValueFactory = _ => "project" };
        var version = new Option<long?>("--version") { Description = "The version, as history numbers them; the one before the present one when left out." };
        var command = flags.AddTo(new Command("restore", "Bring an earlier version of a memory file back; the present one is kept too.") { name, version });
        command.SetAction((parsed, cancellationToken) => flags.WithAsync(context, parsed, async (workspace, session) =>
        {
            var restored = await workspace.Memory.RestoreAsync(parsed.GetValue(name)!, parsed.GetValue(version), session, cancellationToken);
            await context.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Version {restored} of {parsed.GetValue(name)} is back."));
        }, cancellationToken));
        return command;
    }

    /// <summary>The line that a person means.</summary>
    private static (string Name, int Line) Meant(Workspace workspace, string what, string? session)
    {
        var colon = what.LastIndexOf(':');
        if (colon > 0 && int.TryParse(what.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return (what[..colon], number);
        var lines = workspace.Memory.Search($"\"{what}\"", session, 50);
        return lines switch
        {
            [var only] => (only.Name, only.Line),
            [] => throw new UserException($"No line says “{what}”. mimo memory search finds lines."),
            _ => throw new UserException($"{lines.Length} lines say so; name one:\n{string.Join('\n', lines.Take(10).Select(line => $"  {line.Name}:{line.Line}  {line.Text.Trim()}"))}"),
        };
    }
}
