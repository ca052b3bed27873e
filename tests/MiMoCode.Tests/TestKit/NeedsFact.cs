namespace MiMoCode.TestKit;

/// <summary>A test that looks at real programs; without them on the PATH it is skipped and says which.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsFactAttribute : FactAttribute
{
    /// <summary>The programs that must be there.</summary>
    public NeedsFactAttribute(params string[] programs)
    {
        var missing = programs.Where(program => !Programs.Exists(program)).ToList();
        if (missing.Count > 0) { Skip = "needs " + string.Join(", ", missing); }
    }
}

/// <summary>The same for a test with rows.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsTheoryAttribute : TheoryAttribute
{
    /// <summary>The programs that must be there.</summary>
    public NeedsTheoryAttribute(params string[] programs)
    {
        var missing = programs.Where(program => !Programs.Exists(program)).ToList();
        if (missing.Count > 0) { Skip = "needs " + string.Join(", ", missing); }
    }
}

/// <summary>Programs of this machine.</summary>
internal static class Programs
{
    /// <summary>Whether a program is on the PATH.</summary>
    public static bool Exists(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));
}
