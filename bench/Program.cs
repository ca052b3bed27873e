namespace MiMoCode.Bench;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case "frame":
                FrameBench.Run();
                return 0;
            case "provider":
                return await ProviderBench.RunAsync(CancellationToken.None);
            case "long-horizon":
                return await LongHorizon.LongHorizonBench.RunAsync(args[1..], CancellationToken.None);
            case "steps":
                return await StepsBench.RunAsync(args[1..]);
            case "search":
                return await Search.SearchBench.RunAsync(args[1..]);
            case "checkpoints":
                return await CheckpointCostBench.RunAsync(args[1..]);
            case "fragments":
                return await FragmentsBench.RunAsync(args[1..]);
            case "terminal":
                return await Terminal.TerminalBench.RunAsync(args[1..]);
            case "repair":
                return await Repair.RepairBench.RunAsync(args[1..]);
            case "unused":
                return await UnusedBench.RunAsync(args[1..]);
            case "load":
                return await Load.LoadBench.RunAsync(args[1..]);
            default:
                Console.Error.WriteLine($"bench: no benchmark is called '{string.Join(' ', args)}'.");
                return 2;
        }
    }
}
