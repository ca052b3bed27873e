namespace MiMoCode.App.Cli;

/// <summary>How the program ends. Ended by signal n, it is 128 + n.</summary>
internal static class ExitCodes
{
    /// <summary>The turn finished, and a goal or schema was met.</summary>
    public const int Done = 0;

    /// <summary>The turn ended with an error.</summary>
    public const int Failed = 1;

    /// <summary>Flags, configuration, or an unknown session, agent, model or file.</summary>
    public const int WrongUse = 2;

    /// <summary>It stopped because something needed a person.</summary>
    public const int NeedsPerson = 3;

    /// <summary>A required protection is missing.</summary>
    public const int Unprotected = 4;

    /// <summary>A budget ran out.</summary>
    public const int Budget = 5;
}
