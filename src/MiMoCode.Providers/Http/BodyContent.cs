using System.Net;
using System.Net.Http.Headers;

namespace MiMoCode.Providers.Http;

/// <summary>A request body made of pieces that are kept from request to request: sending it copies none of them.</summary>
internal sealed class BodyContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly List<ReadOnlyMemory<byte>> pieces;
    private long length;

    public BodyContent(int capacity)
    {
        pieces = new List<ReadOnlyMemory<byte>>(capacity);
        Headers.ContentType = Json;
    }

    /// <summary>The whole body in bytes.</summary>
    public long Length => length;

    /// <summary>Adds a piece at the end.</summary>
    public void Add(ReadOnlyMemory<byte> piece)
    {
        pieces.Add(piece);
        length += piece.Length;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (var piece in pieces)
            await stream.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = this.length;
        return true;
    }
}
