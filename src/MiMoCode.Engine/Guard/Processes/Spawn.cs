using System.Runtime.InteropServices;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>
/// Starts a program in a session and process group of its own, with fresh signal handling. posix_spawn runs nothing of this
/// runtime between fork and exec, which a runtime with several threads could not survive.
/// </summary>
internal static unsafe class Spawn
{
    private const short FreshSignals = 0x04 | 0x08;   // POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    private const short OwnSession = 0x80;            // POSIX_SPAWN_SETSID

    /// <summary>Larger than the opaque structures of any C library we know.</summary>
    private const int StructureSize = 512;

    /// <summary>
    /// The id of the new process. The descriptors become 0, 1, 2 and so on, in their order; all others are closed on exec.
    /// A program without a slash is looked up in our own PATH. Without a session of its own it shares
    /// our terminal; with a terminal it has that one, and its 0, 1 and 2 are it. Throws IOException with the system's reason.
    /// </summary>
    public static int Start(
        string program,
        IReadOnlyList<string> arguments,
        NativeStrings environment,
        ReadOnlySpan<int> descriptors,
        string? directory = null,
        bool ownSession = true,
        string? terminal = null)
    {
        using var names = new NativeStrings([program, directory ?? "", terminal ?? ""]);
        using var list = new NativeStrings([program, .. arguments]);
        byte* actions = stackalloc byte[StructureSize], attributes = stackalloc byte[StructureSize], signals = stackalloc byte[128];

        Libc.FileActionsInit(actions);
        Libc.AttributesInit(attributes);
        try
        {
            for (var target = 0; target < descriptors.Length; target++)
                Libc.FileActionsDuplicate(actions, descriptors[target], target);
            if (terminal is not null)
                TakeTerminal(actions, names.Pointer[2]);
            if (directory is not null)
                Libc.FileActionsChangeDirectory(actions, names.Pointer[1]);

            new Span<byte>(signals, 128).Clear();
            Libc.AttributesSignalMask(attributes, signals);
            Libc.SignalsAll(signals);
            Libc.AttributesSignalDefaults(attributes, signals);
            Libc.AttributesFlags(attributes, (short)(ownSession ? FreshSignals | OwnSession : FreshSignals));

            var error = Libc.SpawnSearching(out var pid, names.Pointer[0], actions, attributes, list.Pointer, environment.Pointer);
            return error == 0 ? pid : throw Libc.Failure($"Cannot start {program}", error);
        }
        finally
        {
            Libc.AttributesDestroy(attributes);
            Libc.FileActionsDestroy(actions);
        }
    }

    // The first terminal that the leader of a new session opens becomes the session's own.
    private static void TakeTerminal(byte* actions, byte* device)
    {
        const int readWrite = 2;
        Libc.FileActionsOpen(actions, 0, device, readWrite, 0);
        Libc.FileActionsDuplicate(actions, 0, 1);
        Libc.FileActionsDuplicate(actions, 0, 2);
    }
}

/// <summary>A null-terminated array of C strings.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly int count;
    private readonly bool owned;

    public NativeStrings(IReadOnlyList<string> texts)
    {
        (count, owned) = (texts.Count, true);
        Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(count + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < count; i++)
            Pointer[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
    }

    private NativeStrings(byte** foreign) => Pointer = foreign;

    public byte** Pointer { get; }

    /// <summary>The environment this process was given, byte for byte: a helper passes it on and reads nothing of it.</summary>
    public static NativeStrings OwnEnvironment() =>
        new(*(byte***)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ"));

    public void Dispose()
    {
        if (!owned)
            return;
        for (var i = 0; i < count; i++)
            Marshal.FreeCoTaskMem((nint)Pointer[i]);
        NativeMemory.Free(Pointer);
    }
}
