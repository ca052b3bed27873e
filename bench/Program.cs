namespace MiMoCode.Bench;

internal static class Program
{
    private static int Main(string[] args)
    {
        Console.Error.WriteLine($"bench: no benchmark is called '{string.Join(' ', args)}'.");
        return 2;
    }
}
