namespace MiMoCode.Protocol.Requests;

/// <summary>Which agents may take turns in one conversation.</summary>
public static class AgentModes
{
    private const string Compose = "compose";

    /// <summary>
    /// True when a conversation that one agent has answered may go on with another. Composing goes from documents to work and keeps to
    /// itself; all others may be entered and left freely.
    /// </summary>
    public static bool MaySwitch(string from, string to) => from == to || (from is not Compose && to is not Compose);
}
