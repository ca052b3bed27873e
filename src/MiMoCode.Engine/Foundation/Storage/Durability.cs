namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>What a finished write has survived.</summary>
internal enum Durability
{
    /// <summary>The end of this process at any moment (<c>kill -9</c>); on the disk at most 250 ms later.</summary>
    Committed,

    /// <summary>The loss of power too.</summary>
    OnDisk,
}
