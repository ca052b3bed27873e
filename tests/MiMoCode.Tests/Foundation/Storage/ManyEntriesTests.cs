using MiMoCode.Bench.Search;

namespace MiMoCode.Tests.Foundation.Storage;

public sealed class ManyEntriesTests
{
    [Fact]
    [Trait("Category", "Nightly")]
    public async Task What_was_said_twice_in_a_hundred_thousand_entries_is_found_the_newest_first() =>
        Assert.Equal(0, await SearchBench.RunAsync(["100000"]));
}
