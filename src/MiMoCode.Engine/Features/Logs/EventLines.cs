using System.Globalization;
using MiMoCode.Engine.Foundation.Logs;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Logs;

/// <summary>Writes what happens to the log: who, how long, how it ended. Not what was said.</summary>
internal sealed class EventLines(LogFile log) : IEventSink
{
    public void Publish(Event told)
    {
        if (LineOf(told) is var (level, text))
            log.Write(level, text);
    }

    private static (LogLevel, string)? LineOf(Event told) => told switch
    {
        MessageUpdated { Info: AssistantMessage { Finish: { } finish } reply } => (
            reply.Error is null ? LogLevel.Info : LogLevel.Warn,
            $"{reply.SessionId} {reply.Id} {reply.ProviderId}/{reply.ModelId} {finish} after {Milliseconds(reply.Time.Created, reply.Time.Completed)}{ErrorOf(reply.Error)}"),
        PartUpdated { Part: ToolPart { State: ToolCompleted done } call } =>
            (LogLevel.Info, $"{call.SessionId} {call.Tool} {call.CallId} done after {Milliseconds(done.Time.Start, done.Time.End)}"),
        PartUpdated { Part: ToolPart { State: ToolFailed failed } call } =>
            (LogLevel.Info, $"{call.SessionId} {call.Tool} {call.CallId} failed after {Milliseconds(failed.Time.Start, failed.Time.End)}"),
        PermissionAsked { Request: var asked } => (LogLevel.Info, $"{asked.SessionId} asks for {asked.Permission}"),
        PermissionReplied replied => (LogLevel.Info, $"{replied.SessionId} permission {replied.Reply}"),
        SessionStatusChanged { Status: SessionIsRetrying retry } changed =>
            (LogLevel.Warn, $"{changed.SessionId} tries again, attempt {retry.Attempt}"),
        SessionWarning warning => (LogLevel.Warn, $"{warning.SessionId} {warning.Text}"),
        SessionError failed => (LogLevel.Error, $"{failed.SessionId} failed{ErrorOf(failed.Error)}"),
        SessionIdle idle => (LogLevel.Info, $"{idle.SessionId} idle: {idle.Reason}"),
        SessionCreated created => (LogLevel.Debug, $"{created.SessionId} created"),
        SessionDeleted deleted => (LogLevel.Info, $"{deleted.SessionId} deleted"),
        _ => null,
    };

    // The text of an error may quote what was sent: it is in the session, where the person looks for it.
    private static string ErrorOf(MessageError? error) =>
        error is null ? "" : $": {error.Name}{(error.Data.StatusCode is { } status ? $" {status}" : "")}";

    private static string Milliseconds(DateTimeOffset start, DateTimeOffset? end) =>
        end is { } known ? string.Create(CultureInfo.InvariantCulture, $"{(known - start).TotalMilliseconds:0} ms") : "?";
}
