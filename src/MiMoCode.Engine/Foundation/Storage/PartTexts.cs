using System.Collections.Immutable;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>Reads parts whole for those who look something up: also what only a blob or a spilled output holds.</summary>
internal sealed class PartTexts(Connection connection, BlobStore blobs, SpilledOutputs spilled)
{
    /// <summary>A part by its number; null when it is gone.</summary>
    public PartText? Read(long seq)
    {
        using var rows = connection.Query(
            """
            SELECT part.data, part.blob, message.id, json_extract(message.data, '$.role') = 'user', session.id, session.title,
              session.root_id, session.project_id, coalesce(json_extract(message.data, '$.time.created'), 0)
            FROM part JOIN message ON message.seq = part.message_seq JOIN session ON session.id = message.session_id
            WHERE part.seq = ? AND session.kind <> 'system'
            """,
            seq);
        if (!rows.Next())
            return null;

        var data = rows.Bytes(0).ToArray();
        var blob = rows.TextOrNull(1);
        var (message, fromUser, session, title) = (rows.Text(2), rows.Number(3) != 0, rows.Text(4), rows.Text(5));
        var (root, project, time) = (rows.Text(6), rows.Text(7), rows.Time(8));
        var whole = blob is not null && blobs.Get(connection, blob) is { } content ? content : data;
        var part = StoredJson.Read(whole, StoredJson.Shapes.Part);
        return new PartText(seq, message, session, title, root, project, time, SearchText.ToolOf(part), Whole(part, fromUser));
    }

    private ImmutableArray<(string Kind, string Text)> Whole(Part part, bool fromUser) =>
        [.. SearchText.Of(part, fromUser).Select(text => (text.Kind, text.Kind is "output" ? spilled.Whole(text.Text) : text.Text))];
}

/// <summary>The texts of one part, and where it belongs.</summary>
internal sealed record PartText(
    long Seq, string MessageId, string SessionId, string SessionTitle, string RootId, string ProjectId, DateTimeOffset Time, string? Tool,
    ImmutableArray<(string Kind, string Text)> Texts)
{
    /// <summary>The text of a kind; empty when there is none.</summary>
    public string TextOf(string kind) => Texts.FirstOrDefault(text => text.Kind == kind).Text ?? "";
}
