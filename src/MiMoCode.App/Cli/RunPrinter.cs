using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.App.Cli;

/// <summary>Shows a turn as it happens, of the session and of those it started.</summary>
internal interface IRunPrinter
{
    ValueTask ShowAsync(Event happened);
}

/// <summary>
/// Lets through what a session and those it started do, and what belongs to no session. What the program asks a model on its own
/// account, such as a judge, is nobody's answer.
/// </summary>
internal sealed class Scope(IRunPrinter inner, string sessionId) : IRunPrinter
{
    private readonly HashSet<string> family = [sessionId];

    public ValueTask ShowAsync(Event happened)
    {
        if (happened is SessionCreated { Info: { ParentId: { } parent } child } && family.Contains(parent))
            family.Add(child.Id);
        return happened is SessionEvent { SessionId: { } id } && !family.Contains(id) ? ValueTask.CompletedTask : inner.ShowAsync(happened);
    }
}

/// <summary>Refuses what the agent asks, because nobody is there; shows everything.</summary>
internal sealed class RefusingPrinter(IRunPrinter inner, IAsks asks) : IRunPrinter
{
    public async ValueTask ShowAsync(Event happened)
    {
        await inner.ShowAsync(happened);
        if (happened is PermissionAsked asked)
            await asks.ReplyAsync(asked.Request.Id, PermissionReply.Reject, null, CancellationToken.None);
        else if (happened is QuestionAsked question)
            await asks.RejectAsync(question.Request.Id, CancellationToken.None);
    }
}

/// <summary>
/// For people: the answer on the output, everything around it on the error stream, so that a pipe gets the answer and nothing else.
/// </summary>
internal sealed class TextRunPrinter(TextWriter output, TextWriter error, string sessionId, bool thinking) : IRunPrinter
{
    private const int LongestPreview = 12;

    public async ValueTask ShowAsync(Event happened)
    {
        switch (happened)
        {
            case PartUpdated { Part: ToolPart { State.IsFinal: true } call } when call.SessionId != sessionId:
                await error.WriteLineAsync($"  {(call.State is ToolFailed ? "✗" : Icon(call.Tool))} {call.Tool} {Printable.Text((call.State as ToolCompleted)?.Title ?? Subject(call.State.Input))}");
                break;
            case PartUpdated { Part: var part } when part.SessionId != sessionId:
                break;
            case PartUpdated { Part: TextPart { Time.End: not null, Synthetic: not true } text } when text.Text.Trim() is { Length: > 0 } said:
                await output.WriteLineAsync(Printable.Text(said));
                break;
            case PartUpdated { Part: ReasoningPart { Time.End: not null } thought } when thinking && thought.Text.Length > 0:
                await error.WriteLineAsync($"· {Printable.Text(thought.Text.Trim())}");
                break;
            case PartUpdated { Part: ToolPart { State: ToolCompleted done } call }:
                await ShowDoneAsync(call, done);
                break;
            case PartUpdated { Part: ToolPart { State: ToolFailed failed } call }:
                await error.WriteLineAsync($"✗ {call.Tool} {Subject(call.State.Input)}\n  {Printable.Text(failed.Error.ReplaceLineEndings("\n  "))}");
                break;
            case PermissionAsked { Request: var asked }:
                await error.WriteLineAsync($"! permission requested: {asked.Permission} ({Printable.Text(string.Join(", ", asked.Patterns))})");
                break;
            case PermissionReplied { Reply: PermissionReply.Reject }:
                await error.WriteLineAsync("  refused: nobody is here to answer");
                break;
            case SessionStatusChanged { Status: SessionIsRetrying retry }:
                await error.WriteLineAsync($"… {Printable.Text(retry.Message)}: trying again (attempt {retry.Attempt}{(retry.AtMost is { } most ? $" of {most}" : "")}{Left(retry)})");
                break;
            case SessionWarning warning:
                await error.WriteLineAsync($"! {Printable.Text(warning.Text)}");
                break;
            case WindowRebuilt rebuilt:
                await error.WriteLineAsync($"… the window was rebuilt: {Columns.Short(rebuilt.TokensBefore)} tokens became {Columns.Short(rebuilt.TokensAfter)}");
                break;
            case SessionError { Error: { } failure }:
                await error.WriteLineAsync($"mimo: {Printable.Text(failure.Data.Message)}");
                break;
        }
    }

    private async ValueTask ShowDoneAsync(ToolPart call, ToolCompleted done)
    {
        await error.WriteLineAsync($"{Icon(call.Tool)} {call.Tool} {Printable.Text(done.Title)}");
        var preview = Details.FromMetadata(done.Metadata) switch
        {
            DiffDetails diff => diff.Diff,
            CommandDetails command => command.Output,
            _ => null,
        };
        if (preview is not null)
            await error.WriteLineAsync(Indent(preview));
    }

    private static string Left(SessionIsRetrying retry) => (retry.Until - retry.Next) switch
    {
        { TotalMinutes: >= 2 } left => string.Create(CultureInfo.InvariantCulture, $", for {Math.Floor(left.TotalMinutes):0} min more"),
        { TotalSeconds: >= 1 } left => string.Create(CultureInfo.InvariantCulture, $", for {Math.Floor(left.TotalSeconds):0} s more"),
        _ => "",
    };

    private static string Icon(string tool) => tool switch
    {
        "bash" => "$",
        "read" or "skill" or "list" => "→",
        "write" or "edit" or "multiedit" or "apply_patch" => "←",
        "glob" or "grep" => "✱",
        "webfetch" => "%",
        _ => "⚙",
    };

    private static string Subject(JsonElement input)
    {
        if (input.ValueKind is not JsonValueKind.Object)
            return "";
        foreach (var name in (ImmutableArray<string>)["command", "filePath", "pattern", "path", "url"])
        {
            if (input.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String)
                return Printable.Text(value.GetString()!);
        }

        return "";
    }

    private static string Indent(string text)
    {
        var lines = Printable.Text(text.TrimEnd()).Split('\n');
        var shown = lines.Take(LongestPreview).Select(line => $"  {line}");
        return string.Join('\n', lines.Length > LongestPreview ? shown.Append($"  … {lines.Length - LongestPreview} more lines") : shown);
    }
}

/// <summary>For programs: one object per line, on the output.</summary>
internal sealed class JsonRunPrinter(TextWriter output, TimeProvider clock, string sessionId, bool thinking) : IRunPrinter
{
    private readonly HashSet<string> running = [];
    private StepFinishPart? end;

    public async ValueTask ShowAsync(Event happened)
    {
        switch (happened)
        {
            case PartUpdated { Part: var part } when part.SessionId == sessionId:
                await ShowAsync(part);
                break;
            case SessionIdle idle when idle.SessionId == sessionId:
                await EndAsync();
                break;
            case TaskCreated or TaskUpdated or CheckpointWritten or WindowRebuilt or MemoryUpdated:
                await WriteAsync(happened);
                break;
            case SessionError { Error: { } error } failed:
                await WriteAsync("error", failed.SessionId, "error", writer => JsonSerializer.Serialize(writer, error, ProtocolJson.Default.MessageError));
                break;
        }
    }

    /// <summary>The reply has ended before its tools begin; readers expect the end of a step behind what the step did.</summary>
    private async ValueTask ShowAsync(Part part)
    {
        if (part is ToolPart { State.IsFinal: false })
            running.Add(part.Id);
        if (part is StepFinishPart finish && running.Count > 0)
        {
            end = finish;
            return;
        }

        await WriteAsync(part);
        if (part is ToolPart { State.IsFinal: true } && running.Remove(part.Id) && running.Count == 0)
            await EndAsync();
    }

    private async ValueTask EndAsync()
    {
        running.Clear();
        if (end is not { } finish)
            return;
        end = null;
        await WriteAsync(finish);
    }

    private ValueTask WriteAsync(Part part) => NameOf(part) is { } type
        ? WriteAsync(type, part.SessionId, "part", writer => JsonSerializer.Serialize(writer, part, ProtocolJson.Default.Part))
        : ValueTask.CompletedTask;

    // For programs and for eyes: quotes and plus signs as they are.
    private static JsonWriterOptions Readable => new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private string? NameOf(Part part) => part switch
    {
        StepStartPart => "step_start",
        TextPart { Time.End: not null } => "text",
        ReasoningPart { Time.End: not null } => thinking ? "reasoning" : null,
        ToolPart { State.IsFinal: true } => "tool_use",
        StepFinishPart => "step_finish",
        _ => null,
    };

    /// <summary>What concerns more than the reply travels as it does everywhere.</summary>
    private ValueTask WriteAsync(Event told) => WriteAsync(
        told.Type.Replace('.', '_'), (told as SessionEvent)?.SessionId, "event", writer => JsonSerializer.Serialize(writer, told, ProtocolJson.Default.Event));

    private async ValueTask WriteAsync(string type, string? sessionId, string name, Action<Utf8JsonWriter> value)
    {
        using var line = new MemoryStream();
        using (var writer = new Utf8JsonWriter(line, Readable))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteNumber("timestamp", clock.GetUtcNow().ToUnixTimeMilliseconds());
            if (sessionId is not null)
                writer.WriteString("sessionID", sessionId);
            writer.WritePropertyName(name);
            value(writer);
            writer.WriteEndObject();
        }

        await output.WriteLineAsync(Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length));
    }
}
