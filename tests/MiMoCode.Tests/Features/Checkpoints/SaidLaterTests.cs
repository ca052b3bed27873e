using MiMoCode.Engine.Features.Checkpoints;

namespace MiMoCode.Tests.Features.Checkpoints;

public sealed class SaidLaterTests
{
    private static readonly SaidLater Later = new(CheckpointDocument.Empty
        .Add(CheckpointSection.Later, "The mail relay answers on port 2626.", new Said(9, default, false))
        .Add(CheckpointSection.Later, "For the billing ledger we keep records as csv, after long debate.", new Said(9, default, false)));

    [Fact]
    public void What_was_said_anew_stands_in_the_place_of_what_was_said() =>
        Assert.Equal(
            "Go on. [said differently later: The mail relay answers on port 2626.] Thanks.",
            Later.Mark("Go on. The mail relay answers on port 2525. Thanks.", 3));

    [Theory]
    [InlineData("For the tax engine we keep records as thrift, after long debate.", 3)]
    [InlineData("The mail relay answers on port 2525.", 10)]
    [InlineData("Does the mail relay answer on port 2525?", 3)]
    public void What_is_put_alike_but_of_another_thing_or_was_said_after_it_or_asked_is_left_alone(string said, long seq) =>
        Assert.Equal(said, Later.Mark(said, seq));

    [Theory]
    [InlineData("[said differently later: The port is 2626.]", "The port is 2626.")]
    [InlineData("The port of the relay is 2525. [later: port 2626 then]", "The port of the relay is 2525.")]
    [InlineData("see [1] and [later] on", "see [1] and [later] on")]
    public void A_mark_that_a_writer_copied_is_taken_for_what_it_says(string copied, string meant)
    {
        Assert.Equal(meant, SaidLater.Unmarked(copied));
        Assert.Equal(meant, Assert.Single(CheckpointEdits.Parse($"## Discoveries\n- {copied}")).Text);
    }
}
