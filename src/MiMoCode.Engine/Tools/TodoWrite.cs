using System.Collections.Immutable;
using System.ComponentModel;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Tools;

/// <summary>The whole list, as it is to stand after the call.</summary>
internal sealed record TodoWriteArgs(
    [property: Description("The whole list, in order; it replaces the one before.")] ImmutableArray<TodoEntry> Todos);

/// <summary>One thing to do.</summary>
internal sealed record TodoEntry(
    [property: Description("What is to be done, in a few words.")] string Content,
    [property: Description("pending, in_progress, completed or cancelled.")] string Status,
    [property: Description("high, medium or low.")] string Priority = "medium");

/// <summary>Keeps the agent's own list of things to do. The model reads todowrite.md.</summary>
internal sealed class TodoWriteTool(Func<Session, ImmutableArray<Todo>, CancellationToken, ValueTask> store)
    : Tool<TodoWriteArgs>("todowrite", ToolJson.Default.TodoWriteArgs)
{
    private static readonly ImmutableArray<string> States = ["pending", "in_progress", "completed", "cancelled"];

    protected override ValueTask<ToolPlan> PlanAsync(TodoWriteArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        if (args.Todos.FirstOrDefault(todo => !States.Contains(todo.Status)) is { } wrong)
            throw new ToolException($"'{wrong.Status}' is not a status. Use one of: {string.Join(", ", States)}.");

        ImmutableArray<Todo> todos = [.. args.Todos.Select(todo => new Todo(todo.Content, todo.Status, todo.Priority))];
        return new(new ToolPlan([new Access("todowrite", "*", "*")], stopping => WriteAsync(todos, context, stopping)));
    }

    private async Task<ToolResult> WriteAsync(ImmutableArray<Todo> todos, ToolContext context, CancellationToken cancellationToken)
    {
        await store(context.Session, todos, cancellationToken);
        var open = todos.Count(todo => todo.Status is "pending" or "in_progress");
        var rows = todos.Select(todo => ImmutableArray.Create(todo.Status, todo.Content)).ToImmutableArray();
        return new ToolResult(
            $"The list has {todos.Length} entries; {open} are open.", $"{open} open", new TableDetails(["status", "todo"], rows));
    }
}
