using System.Runtime.CompilerServices;
using System.Text.Json;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.App.Server.Streams;

/// <summary>
/// What was told last, as JSON. Every client of a stream is sent the same: what was written for one of them, the others find here.
/// What was overwritten in the meantime is only made once more.
/// </summary>
internal sealed class EventJson
{
    private const int Slots = 256;
    private readonly Made?[] made = new Made?[Slots];

    public byte[] Of(Event told)
    {
        ref var slot = ref made[RuntimeHelpers.GetHashCode(told) % Slots];
        if (slot is { } known && ReferenceEquals(known.Event, told))
            return known.Json;
        var json = JsonSerializer.SerializeToUtf8Bytes(told, ProtocolJson.Default.Event);
        slot = new Made(told, json);
        return json;
    }

    private sealed record Made(Event Event, byte[] Json);
}
