using System.Collections.Immutable;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Tests.Tools;

public sealed class QuestionToolTests
{
    private static readonly object Asked = new
    {
        questions = new[]
        {
            new { question = "Which one?", header = "Choice", options = new[] { new { label = "A", description = "the first" } }, multiple = true },
            new { question = "And why?", header = "Reason", options = new[] { new { label = "B", description = "" } }, multiple = false },
        },
    };

    [Fact]
    public async Task Gives_the_answers_question_by_question()
    {
        QuestionRequest? seen = null;
        await using var tools = await ToolFixture.OpenAsync();
        var tool = new QuestionTool(
            (request, _) =>
            {
                seen = request;
                return Task.FromResult<ImmutableArray<ImmutableArray<string>>?>([["A", "C"], []]);
            },
            TimeProvider.System);
        Assert.Equal("Which one?\n  The user: A, C\nAnd why?\n  The user: (no answer)", (await tools.RunAsync(tool, Asked)).Output);
        Assert.Equal(("ses_1", "call_1", true, "A"), (seen!.SessionId, seen.Tool!.CallId, seen.Questions[0].Multiple, seen.Questions[0].Options[0].Label));
        Assert.NotEmpty(await tools.FailAsync(tool, new { questions = Array.Empty<object>() }));
    }

    [Fact]
    public async Task Ends_the_turn_when_nobody_answers()
    {
        await using var tools = await ToolFixture.OpenAsync();
        var tool = new QuestionTool((_, _) => Task.FromResult<ImmutableArray<ImmutableArray<string>>?>(null), TimeProvider.System);
        var error = await Assert.ThrowsAsync<ToolException>(() => tools.RunAsync(tool, Asked));
        Assert.True(error.EndsTurn);
        Assert.Equal("Nobody answered the question, so the work stops here until somebody does.", error.Message);
    }
}
