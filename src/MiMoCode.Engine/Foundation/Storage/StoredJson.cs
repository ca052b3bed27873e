using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MiMoCode.Protocol;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>The JSON of the wire as rows keep it: the same shapes, with Chinese left readable, at a third of the bytes.</summary>
internal static class StoredJson
{
    /// <summary>What rows are written and read by.</summary>
    public static ProtocolJson Shapes { get; } =
        new(new JsonSerializerOptions(ProtocolJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static byte[] Write<T>(T value, JsonTypeInfo<T> shape) => JsonSerializer.SerializeToUtf8Bytes(value, shape);

    public static T Read<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> shape) =>
        JsonSerializer.Deserialize(utf8, shape) ?? throw new JsonException("A row holds nothing.");
}
