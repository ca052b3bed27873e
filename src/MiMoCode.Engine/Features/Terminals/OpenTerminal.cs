using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Terminals;

/// <summary>A terminal that a person has opened: what it is, its program, and what that wrote.</summary>
internal sealed class OpenTerminal(Pty info, TerminalProcess process, TerminalOutput output)
{
    /// <summary>How it stands now.</summary>
    public Pty Info { get; set; } = info;

    public TerminalProcess Process => process;

    public TerminalOutput Output => output;
}
