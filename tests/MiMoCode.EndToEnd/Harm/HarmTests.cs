namespace MiMoCode.EndToEnd.Harm;

/// <summary>What the agent may never do to a person's files, commands and machine, one by one, seen from outside.</summary>
public sealed class HarmTests(HarmSuite suite) : IClassFixture<HarmSuite>
{
    public static TheoryData<string> Names => [.. HarmCases.All.Select(harm => harm.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Does_no_harm(string name) => suite.PassAsync(name);
}

/// <summary>What each attempt came to, in <c>artifacts/harm-suite.md</c>.</summary>
public sealed class HarmSuite() : CaseSuite(HarmCases.All, "harm-suite.md", """
    # Hands that do no harm: what was seen

    Written by `./test HarmTests`: the built program in real repositories against a scripted model that does what it should not.

    | case | what is tried | expected | seen |
    |---|---|---|---|

    """);
