namespace MiMoCode.Engine.Tools.Files;

/// <summary>
/// Contents one behind the other in a file that has no name any more: nothing is left of it when the process ends, however it ends.
/// </summary>
internal sealed class ContentPack : IDisposable
{
    private readonly FileStream file;

    /// <summary>Makes the file in a folder that may be missing.</summary>
    public ContentPack(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 1 << 20 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        file = new FileStream(path, options);
        File.Delete(path);
    }

    /// <summary>What it takes on the disk, in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Adds a content; its place.</summary>
    public PackedContent Add(byte[] content)
    {
        file.Position = Length;
        file.Write(content);
        var place = new PackedContent(Length, content.Length);
        Length += content.Length;
        return place;
    }

    /// <summary>A content by its place.</summary>
    public byte[] Get(PackedContent place)
    {
        var content = new byte[place.Length];
        file.Position = place.Start;
        file.ReadExactly(content);
        return content;
    }

    public void Dispose() => file.Dispose();
}

/// <summary>Where a content lies in a <see cref="ContentPack"/>.</summary>
internal readonly record struct PackedContent(long Start, int Length);
