namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>A line of a memory file, counted from 1.</summary>
internal sealed record MemoryFileLine(string Path, int Number, string Text);

/// <summary>Finds lines in memory files.</summary>
internal static class MemoryLines
{
    /// <summary>The lines that hold at least half of the terms, those that hold the most first.</summary>
    public static IEnumerable<MemoryFileLine> Find(IEnumerable<string> files, string query)
    {
        var terms = SearchQuery.Parse(query).Terms;
        return from file in files
               from line in MemoryFiles.Read(file).Text.Split('\n').Select((text, at) => new MemoryFileLine(file, at + 1, text))
               let found = terms.Count(term => line.Text.Contains(term, StringComparison.OrdinalIgnoreCase))
               where found * 2 >= terms.Count && found > 0
               orderby found descending
               select line;
    }
}
