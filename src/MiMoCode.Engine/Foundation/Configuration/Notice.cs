namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>Something about the settings that a person should know.</summary>
internal sealed record Notice(NoticeKind Kind, FilePlace Place, string Text)
{
    public override string ToString() => $"{Place}: {Text}";
}

/// <summary>How bad it is.</summary>
internal enum NoticeKind
{
    /// <summary>Accepted, but nothing acts on it yet.</summary>
    NotYet,

    /// <summary>One key was dropped or changed; the rest holds.</summary>
    Warning,

    /// <summary>A whole file could not be read: rules may be missing, so nothing may be written until it is put right.</summary>
    Unreadable,
}
