using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Providers.Http;

/// <summary>
/// The bytes that a wire made of messages, of the system text and of the tools, kept as long as these live: a request writes only
/// what is new. Safe for several sessions at once.
/// </summary>
internal sealed class KeptBytes
{
    private readonly ConditionalWeakTable<MessageWithParts, Piece> messages = [];
    private readonly ConditionalWeakTable<string, Piece> systems = [];
    private readonly ConditionalWeakTable<Array, Piece> tools = [];

    /// <summary>Writes JSON with no more escapes than JSON needs; it goes into a request and never into a page.</summary>
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What this message is on the wire for this model; empty when it is nothing.</summary>
    public ReadOnlyMemory<byte> Message(MessageWithParts message, Model model, Action<Utf8JsonWriter, MessageWithParts, Model> write) =>
        Find(messages, message, model) ?? Make(message, model, write);

    /// <summary>What this system text is on the wire.</summary>
    public ReadOnlyMemory<byte> System(string text, Model model, Action<Utf8JsonWriter, string> write) =>
        Find(systems, text, model) ?? Keep(systems, text, model, Elements(writer => write(writer, text)));

    /// <summary>What these tools are on the wire.</summary>
    public ReadOnlyMemory<byte> Tools(ImmutableArray<ToolDefinition> offered, Model model, Action<Utf8JsonWriter, ImmutableArray<ToolDefinition>> write)
    {
        var key = ImmutableCollectionsMarshal.AsArray(offered)!;
        return Find(tools, key, model) ?? Keep(tools, key, model, Elements(writer => write(writer, offered)));
    }

    /// <summary>Writes elements one after the other, parted by commas, without the brackets round them.</summary>
    public static ReadOnlyMemory<byte> Elements(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartArray();
            write(writer);
            writer.WriteEndArray();
        }

        // A copy of its exact size: the writer's own buffer may be twice as large, and it is kept for long.
        return buffer.WrittenSpan[1..^1].ToArray();
    }

    /// <summary>Writes an object without its closing bracket, to be continued.</summary>
    public static ReadOnlyMemory<byte> OpenObject(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory[..^1];
    }

    // Apart from its caller, which is asked for every message of every request and must not make a closure each time.
    private ReadOnlyMemory<byte> Make(MessageWithParts message, Model model, Action<Utf8JsonWriter, MessageWithParts, Model> write) =>
        Keep(messages, message, model, Elements(writer => write(writer, message, model)));

    private static ReadOnlyMemory<byte>? Find<TKey>(ConditionalWeakTable<TKey, Piece> table, TKey key, Model model)
        where TKey : class =>
        // The cast matters: a plain null would become an empty memory and stand for a message that is nothing.
        table.TryGetValue(key, out var piece) && piece.IsFor(model) ? piece.Bytes : (ReadOnlyMemory<byte>?)null;

    private static ReadOnlyMemory<byte> Keep<TKey>(ConditionalWeakTable<TKey, Piece> table, TKey key, Model model, ReadOnlyMemory<byte> bytes)
        where TKey : class
    {
        table.AddOrUpdate(key, new Piece(model, bytes));
        return bytes;
    }

    private sealed class Piece(Model model, ReadOnlyMemory<byte> bytes)
    {
        public ReadOnlyMemory<byte> Bytes => bytes;

        public bool IsFor(Model other) => ReferenceEquals(model, other) || model.Equals(other);
    }
}
