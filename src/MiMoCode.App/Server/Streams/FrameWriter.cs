using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Protocol;

namespace MiMoCode.App.Server.Streams;

/// <summary>Writes events as server-sent events.</summary>
/// <param name="withFolder">Each says in which folder it happened, as the stream of all projects does.</param>
internal sealed class FrameWriter(bool withFolder)
{
    private const int LongestId = 256;

    /// <summary>Writes one event; the place is where a client goes on that has heard it.</summary>
    public void Write(IBufferWriter<byte> body, EventCursor? place, NumberedEvent told)
    {
        if (place is { } known)
        {
            Utf8.TryWrite(body.GetSpan(LongestId), CultureInfo.InvariantCulture, $"id: {known.Database}-{known.Number}\n", out var length);
            body.Advance(length);
        }

        Add(body, "data: "u8);
        using (var json = new Utf8JsonWriter(body))
            Write(json, told);
        Add(body, "\n\n"u8);
    }

    /// <summary>Adds bytes. Unlike Write it says how much room it needs, without which the body of a client that has just gone has none.</summary>
    public static void Add(IBufferWriter<byte> body, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = body.GetSpan(1);
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            body.Advance(count);
            bytes = bytes[count..];
        }
    }

    private void Write(Utf8JsonWriter json, NumberedEvent told)
    {
        if (!withFolder)
        {
            JsonSerializer.Serialize(json, told.Event, ProtocolJson.Default.Event);
            return;
        }

        json.WriteStartObject();
        if (told.Directory is { } folder)
            json.WriteString("directory", folder);
        json.WritePropertyName("payload");
        JsonSerializer.Serialize(json, told.Event, ProtocolJson.Default.Event);
        json.WriteEndObject();
    }
}
