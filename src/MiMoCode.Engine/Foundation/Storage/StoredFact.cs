using System.Text;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// A fact made ready for the writer: serialised once, on the thread of whoever tells it, its large contents already on the disk.
/// </summary>
internal sealed record StoredFact(SessionEvent Fact, DateTimeOffset Time)
{
    // What is longer is shown by its beginning and its end; the whole is read from its blob.
    private const int LongestOutput = 64 * 1024;
    private const int Shown = 16 * 1024;

    /// <summary>The row's data; null when the fact has none.</summary>
    public byte[]? Json { get; private init; }

    /// <summary>The whole of a part whose data is shortened, or a window's system text.</summary>
    public Blob? Whole { get; private init; }

    /// <summary>A window's tools.</summary>
    public Blob? Tools { get; private init; }

    /// <summary>What a session is for; null when its fact says it by its parent.</summary>
    public SessionKind? Kind { get; init; }

    /// <summary>Prepares a fact. Throws when it is none that is stored.</summary>
    public static StoredFact Of(SessionEvent fact, BlobStore blobs, DateTimeOffset time)
    {
        var stored = new StoredFact(fact, time);
        var shapes = StoredJson.Shapes;
        return fact switch
        {
            MessageUpdated message => stored with { Json = StoredJson.Write(message.Info, shapes.Message) },
            PartUpdated part => OfPart(stored with { Time = part.Time }, part.Part, blobs),
            SessionCreated created => stored with { Json = StoredJson.Write(created.Info, shapes.SessionInfo) },
            SessionUpdated updated => stored with { Json = StoredJson.Write(updated.Info, shapes.SessionInfo) },
            SessionDeleted deleted => stored with { Json = StoredJson.Write(deleted.Info, shapes.SessionInfo) },
            TodoUpdated todo => stored with { Json = StoredJson.Write(todo.Todos, shapes.ImmutableArrayTodo) },
            WindowOpened window => stored with
            {
                Whole = blobs.Prepare(Encoding.UTF8.GetBytes(window.System)),
                Tools = blobs.Prepare(StoredJson.Write(window.Tools, shapes.ImmutableArrayToolDefinition)),
            },
            MessageRemoved or PartRemoved or TaskCreated or TaskUpdated or TaskRemoved => stored,
            _ => throw new ArgumentException($"{fact.Type} is not stored.", nameof(fact)),
        };
    }

    private static StoredFact OfPart(StoredFact stored, Part part, BlobStore blobs)
    {
        var json = StoredJson.Write(part, StoredJson.Shapes.Part);
        return part is ToolPart { State: ToolCompleted { Output.Length: > LongestOutput } done } call
            ? stored with
            {
                Json = StoredJson.Write(call with { State = done with { Output = Shorten(done.Output) } }, StoredJson.Shapes.Part),
                Whole = blobs.Prepare(json),
            }
            : stored with { Json = json };
    }

    private static string Shorten(string text)
    {
        var head = char.IsHighSurrogate(text[Shown - 1]) ? Shown - 1 : Shown;
        var tail = char.IsLowSurrogate(text[^Shown]) ? Shown - 1 : Shown;
        return $"{text[..head]}\n\n… {text.Length - head - tail} characters …\n\n{text[^tail..]}";
    }
}

/// <summary>What a session is for.</summary>
internal enum SessionKind
{
    /// <summary>A person talks in it.</summary>
    User,

    /// <summary>An agent started it for a piece of its work.</summary>
    Subagent,

    /// <summary>The program uses it for itself: writers, judges, titles. Lists leave it out.</summary>
    System,
}
