namespace MiMoCode.EndToEnd;

/// <summary>Everything that networks, servers and models do wrong, one by one, seen from outside.</summary>
public sealed class FaultTests(FaultSuite suite) : IClassFixture<FaultSuite>
{
    public static TheoryData<string> Names => [.. FaultCases.All.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Survives(string name) => suite.PassAsync(name);
}

/// <summary>What each fault came to, in <c>artifacts/fault-suite.md</c>.</summary>
public sealed class FaultSuite() : CaseSuite(FaultCases.All, "fault-suite.md", """
    # The fault suite: what was seen

    Written by `./test FaultTests`: the built program against a scripted model server over loopback HTTP.

    | case | what goes wrong | expected | seen |
    |---|---|---|---|

    """);
