namespace MiMoCode.Bench;

internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is ["frame"])
        {
            FrameBench.Run();
            return 0;
        }

        Console.Error.WriteLine($"bench: no benchmark is called '{string.Join(' ', args)}'.");
        return 2;
    }
}
