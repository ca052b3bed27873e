using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace MiMoCode.App.Server;

/// <summary>
/// Sends answers straight to the socket. The way that comes with the web server copies them once more, hands them to another thread and
/// takes new memory for most of it: with hundreds of clients that all hear the same, this was where nearly all memory went.
/// </summary>
internal sealed class DirectOutput : IDisposable
{
    private readonly BlockPool pool = new();

    /// <summary>Runs a connection with its output replaced.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            await next(connection);
            return;
        }

        var before = connection.Transport;
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        var options = new StreamPipeWriterOptions(pool, BlockPool.BlockSize, leaveOpen: true);
        connection.Transport = new Duplex(before.Input, PipeWriter.Create(stream, options));
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = before;
        }
    }

    public void Dispose() => pool.Dispose();

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    /// <summary>Blocks that hold what is on its way, which takes moments: a few of them serve many clients.</summary>
    private sealed class BlockPool : MemoryPool<byte>
    {
        public const int BlockSize = 16 << 10;
        private const int MostKept = 256;
        private readonly ConcurrentQueue<Block> kept = [];

        public override int MaxBufferSize => BlockSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
            return kept.TryDequeue(out var block) ? block : new Block(this);
        }

        protected override void Dispose(bool disposing) => kept.Clear();

        private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
        {
            public Memory<byte> Memory { get; } = new byte[BlockSize];

            public void Dispose()
            {
                if (pool.kept.Count < MostKept)
                    pool.kept.Enqueue(this);
            }
        }
    }
}
