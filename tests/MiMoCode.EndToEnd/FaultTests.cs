namespace MiMoCode.EndToEnd;

/// <summary>Everything that networks, servers and models do wrong, one by one, seen from outside.</summary>
public sealed class FaultTests(FaultReport report) : IClassFixture<FaultReport>
{
    public static TheoryData<string> Names => [.. FaultCases.All.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Survives(string name)
    {
        var fault = FaultCases.All.Single(each => each.Name == name);
        report.Add(fault, "failed");
        report.Add(fault, await fault.RunAsync());
    }
}
