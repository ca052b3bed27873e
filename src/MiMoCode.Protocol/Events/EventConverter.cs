using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Protocol.Json;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Protocol.Events;

/// <summary>
/// Events travel as <c>{"type": …, "properties": {…}}</c>; the type may stand anywhere. The list is the table of contents
/// of everything that can happen.
/// </summary>
public sealed class EventConverter : JsonConverter<Event>
{
    internal static readonly Family Events = new(
        ("server.connected", typeof(ServerConnected)),
        ("server.heartbeat", typeof(ServerHeartbeat)),
        ("server.instance.disposed", typeof(InstanceDisposed)),
        ("session.created", typeof(SessionCreated)),
        ("session.updated", typeof(SessionUpdated)),
        ("session.deleted", typeof(SessionDeleted)),
        ("session.status", typeof(SessionStatusChanged)),
        ("session.idle", typeof(SessionIdle)),
        ("session.error", typeof(SessionError)),
        ("session.warning", typeof(SessionWarning)),
        ("session.diff", typeof(SessionDiff)),
        ("session.compacted", typeof(SessionCompacted)),
        ("session.rebuilt", typeof(WindowRebuilt)),
        ("session.checkpoint", typeof(CheckpointWritten)),
        ("memory.updated", typeof(MemoryUpdated)),
        ("session.window", typeof(WindowOpened)),
        ("message.updated", typeof(MessageUpdated)),
        ("message.removed", typeof(MessageRemoved)),
        ("message.part.updated", typeof(PartUpdated)),
        ("message.part.delta", typeof(PartDelta)),
        ("message.part.removed", typeof(PartRemoved)),
        ("permission.asked", typeof(PermissionAsked)),
        ("permission.replied", typeof(PermissionReplied)),
        ("question.asked", typeof(QuestionAsked)),
        ("question.replied", typeof(QuestionReplied)),
        ("question.rejected", typeof(QuestionRejected)),
        ("todo.updated", typeof(TodoUpdated)),
        ("task.created", typeof(TaskCreated)),
        ("task.updated", typeof(TaskUpdated)),
        ("task.removed", typeof(TaskRemoved)),
        ("file.edited", typeof(FileEdited)),
        ("command.executed", typeof(CommandExecuted)),
        ("pty.created", typeof(PtyCreated)),
        ("pty.updated", typeof(PtyUpdated)),
        ("pty.exited", typeof(PtyExited)),
        ("pty.deleted", typeof(PtyDeleted)));

    /// <inheritdoc />
    public override Event Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var json = JsonElement.ParseValue(ref reader);
        if (Events.Find(json, options) is not { } type)
            return new UnknownEvent(json);

        var properties = json.TryGetProperty("properties", out var given) ? given : EmptyJson.Object;
        return type.Type switch
        {
            var asked when asked == typeof(PermissionAsked) =>
                new PermissionAsked((PermissionRequest)properties.Deserialize(options.GetTypeInfo(typeof(PermissionRequest)))!),
            var asked when asked == typeof(QuestionAsked) =>
                new QuestionAsked((QuestionRequest)properties.Deserialize(options.GetTypeInfo(typeof(QuestionRequest)))!),
            _ => (Event)properties.Deserialize(type)!,
        };
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Event value, JsonSerializerOptions options)
    {
        if (value is UnknownEvent unknown)
        {
            unknown.Json.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type", value.Type);
        writer.WritePropertyName("properties");

        // A request is an object of its own that clients also read elsewhere, so its event has no level around it.
        object properties = value switch
        {
            PermissionAsked asked => asked.Request,
            QuestionAsked asked => asked.Request,
            _ => value,
        };
        JsonSerializer.Serialize(writer, properties, options.GetTypeInfo(properties.GetType()));
        writer.WriteEndObject();
    }
}
