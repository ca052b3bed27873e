namespace MiMoCode.Bench.Repair;

/// <summary>One fault put into one file of a package.</summary>
internal sealed record Fault(string Path, string Kind, string Right, string Wrong)
{
    /// <summary>The line that differs, from 0.</summary>
    public int Line { get; } = FirstDifference(Right.Split('\n'), Wrong.Split('\n'));

    public override string ToString() => $"{Path}:{Line + 1} ({Kind}) {Right.Split('\n')[Line].Trim()}  ⇒  {Wrong.Split('\n')[Line].Trim()}";

    public static int FirstDifference(string[] one, string[] other)
    {
        var line = 0;
        while (line < one.Length && line < other.Length && one[line] == other[line])
            line++;
        return line;
    }
}
