using MiMoCode.Engine.Tools;

namespace MiMoCode.Tests.Tools;

public sealed class ToolArgumentsTests
{
    [Fact]
    public async Task Says_what_does_not_fit_in_the_words_of_the_schema()
    {
        await using var tools = await ToolFixture.OpenAsync(("a.txt", "one\n"));
        Assert.Equal(Said("read", "$.filePath is missing"), await tools.FailAsync(tools.Read, new { offset = 1 }));
        Assert.Equal(Said("read", "$.filePath must be string, but is array"), await tools.FailAsync(tools.Read, new { filePath = new[] { "a.txt" } }));
        Assert.Equal(Said("read", "$ must be object, but is string"), await tools.FailAsync(tools.Read, "a.txt"));
        Assert.Equal(
            Said("edit", "$.oldString is missing; $.replaceAll must be boolean, but is number"),
            await tools.FailAsync(tools.Edit, new { filePath = "a.txt", newString = "two", replaceAll = 3 }));

        static string Said(string tool, string what) => $"The arguments do not fit the schema of {tool}: {what}. Send the call again with arguments that fit.";
    }
}
