namespace MiMoCode.Terminal.Screen;

/// <summary>Gives clusters of several code points a number, so that a cell stays small and comparing cells stays cheap.</summary>
internal sealed class ClusterTable
{
    /// <summary>Beyond this a new frame starts with an empty table.</summary>
    private const int Enough = 4096;

    private readonly List<string> texts = [];
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    public bool IsFull => texts.Count >= Enough;

    public string this[int number] => texts[number];

    public int NumberOf(ReadOnlySpan<char> cluster)
    {
        var known = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(cluster, out var number)) return number;
        texts.Add(cluster.ToString());
        return known[cluster] = texts.Count - 1;
    }

    public void Clear()
    {
        texts.Clear();
        numbers.Clear();
    }
}
