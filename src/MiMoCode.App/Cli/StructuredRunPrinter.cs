using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.App.Cli;

/// <summary>Prints the value that fits its schema, on one line, as the only output; what is said on the way is for people.</summary>
internal sealed class StructuredRunPrinter(IRunPrinter inner, TextWriter output) : IRunPrinter
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async ValueTask ShowAsync(Event happened)
    {
        await inner.ShowAsync(happened);
        if (happened is MessageUpdated { Info: AssistantMessage { Structured: { } value } })
            await output.WriteLineAsync(OneLine(value));
    }

    private static string OneLine(JsonElement value)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Plain))
            value.WriteTo(json);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
