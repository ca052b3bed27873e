using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace MiMoCode.Providers.Http;

/// <summary>A request body made of pieces that are kept from request to request.</summary>
internal sealed class BodyContent : HttpContent
{
    // Copying small pieces together is cheaper than a system call for each.
    private const int Chunk = 64 * 1024;

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
        var chunk = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            var filled = 0;
            foreach (var piece in pieces)
            {
                if (filled > 0 && filled + piece.Length > Chunk)
                {
                    await stream.WriteAsync(chunk.AsMemory(0, filled), cancellationToken).ConfigureAwait(false);
                    filled = 0;
                }

                if (piece.Length > Chunk)
                {
                    await stream.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                piece.CopyTo(chunk.AsMemory(filled));
                filled += piece.Length;
            }

            await stream.WriteAsync(chunk.AsMemory(0, filled), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = this.length;
        return true;
    }
}
