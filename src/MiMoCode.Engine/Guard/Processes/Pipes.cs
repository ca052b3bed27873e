using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>Our ends of a child's pipes, and for a moment also the ends it inherits.</summary>
internal sealed class Pipes : IDisposable
{
    private readonly List<int> inherited = [];

    public PipeStream? Input { get; private set; }
    public PipeStream Output { get; private set; } = null!;
    public PipeStream? Errors { get; private set; }
    public SafeFileHandle? Lifeline { get; private set; }
    public PipeStream? Status { get; private set; }

    /// <summary>Opens what the child needs; the result becomes its descriptors 0, 1, 2 and, for a helper, 3 and 4.</summary>
    public int[] Open(ProcessSpec spec, bool supervised)
    {
        var input = Keep(spec.Input is null ? Libc.OpenReadWrite("/dev/null") : InputPipe());
        var (output, write) = ReadablePipe();
        Output = output;
        var errors = write;
        if (!spec.MergeErrors)
            (Errors, errors) = ReadablePipe();
        if (!supervised)
            return [input, write, errors];

        var (listen, speak) = Libc.Pipe();
        Lifeline = new SafeFileHandle(speak, ownsHandle: true);
        (Status, var report) = ReadablePipe();
        return [input, write, errors, Keep(listen), report];
    }

    public void CloseInherited()
    {
        foreach (var descriptor in inherited)
            Libc.Close(descriptor);
        inherited.Clear();
    }

    /// <summary>Closes our own ends; only for a child that never started.</summary>
    public void Dispose()
    {
        Input?.Dispose();
        Output?.Dispose();
        Errors?.Dispose();
        Lifeline?.Dispose();
        Status?.Dispose();
    }

    private int InputPipe()
    {
        var (read, write) = Libc.Pipe();
        Input = new AnonymousPipeClientStream(PipeDirection.Out, new SafePipeHandle(write, ownsHandle: true));
        return read;
    }

    private (PipeStream Ours, int Theirs) ReadablePipe()
    {
        var (read, write) = Libc.Pipe();
        return (new AnonymousPipeClientStream(PipeDirection.In, new SafePipeHandle(read, ownsHandle: true)), Keep(write));
    }

    private int Keep(int descriptor)
    {
        inherited.Add(descriptor);
        return descriptor;
    }
}
