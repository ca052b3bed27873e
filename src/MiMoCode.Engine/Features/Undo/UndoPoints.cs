using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Undo;

/// <summary>
/// How far a session is taken back. Pending: it is on its way there; what is read after a crash is gone through again, which does no
/// harm to what was done already.
/// </summary>
/// <param name="MessageId">Files are as they were before this message; null: all is brought back.</param>
/// <param name="Edits">What may be brought back: the numbers in the journal.</param>
/// <param name="Scope">Of the move that is pending.</param>
/// <param name="Newest">The newest message at that time.</param>
/// <param name="Pending">The move has begun and not ended.</param>
internal sealed record UndoPoint(string? MessageId, ImmutableArray<long> Edits, RevertScope Scope, string? Newest, bool Pending);

/// <summary>Remembers the points across restarts.</summary>
internal sealed class UndoPoints(StateStore states)
{
    private const string Key = "undo";

    public UndoPoint? Get(string sessionId) => states.Get(sessionId, Key) is { } json ? Read(json) : null;

    public Task SetAsync(string sessionId, UndoPoint? point, CancellationToken cancellationToken) => states.SetAsync(
        sessionId, Key, point is null ? null : JsonSerializer.Serialize(point, UndoJson.Default.UndoPoint), cancellationToken);

    public IEnumerable<(string SessionId, UndoPoint Point)> Pending() =>
        from state in states.All(Key) let point = Read(state.Value) where point is { Pending: true } select (state.SessionId, point);

    private static UndoPoint? Read(string json) => JsonSerializer.Deserialize(json, UndoJson.Default.UndoPoint);
}

[JsonSerializable(typeof(UndoPoint))]
internal sealed partial class UndoJson : JsonSerializerContext;
