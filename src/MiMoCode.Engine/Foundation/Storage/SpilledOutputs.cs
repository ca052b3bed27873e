using MiMoCode.Engine.Foundation.Text;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>The folder where outputs lie that were too long for a window. Only what lies in there is read back: an output may claim anything.</summary>
internal sealed class SpilledOutputs(string folder)
{
    private const int Longest = 8 << 20;
    private readonly string root = Path.GetFullPath(folder);

    /// <summary>The whole of an output that was cut, at most its first megabytes; the output itself when nothing was cut.</summary>
    public string Whole(string output)
    {
        if (SpillNote.PathIn(output) is not { } path || Path.GetDirectoryName(Path.GetFullPath(path)) != root)
            return output;
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            var text = new char[(int)Math.Min(Longest, reader.BaseStream.Length)];
            return new string(text, 0, reader.ReadBlock(text));
        }
        catch (IOException)
        {
            return output;
        }
    }
}
