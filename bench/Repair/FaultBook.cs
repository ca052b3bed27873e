namespace MiMoCode.Bench.Repair;

/// <summary>Keeps the faults of a package between runs, since finding some that its tests notice takes as many runs of them.</summary>
internal sealed class FaultBook(string folder)
{
    public async Task<IReadOnlyList<Fault>> GetAsync(Func<Task<List<Fault>>> seed)
    {
        if (!Directory.Exists(folder))
        {
            var seeded = await seed();
            Directory.CreateDirectory(folder);
            for (var number = 0; number < seeded.Count; number++)
                await WriteAsync(Path.Combine(folder, number.ToString("00")), seeded[number]);
        }

        return [.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).Select(Read)];
    }

    private static async Task WriteAsync(string place, Fault fault)
    {
        Directory.CreateDirectory(place);
        await File.WriteAllTextAsync(Path.Combine(place, "what"), $"{fault.Kind}\n{fault.Path}");
        await File.WriteAllTextAsync(Path.Combine(place, "right"), fault.Right);
        await File.WriteAllTextAsync(Path.Combine(place, "wrong"), fault.Wrong);
    }

    private static Fault Read(string place)
    {
        var what = File.ReadAllLines(Path.Combine(place, "what"));
        return new Fault(what[1], what[0], File.ReadAllText(Path.Combine(place, "right")), File.ReadAllText(Path.Combine(place, "wrong")));
    }
}
