using System.Collections.Immutable;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Loop;

/// <summary>Head is rendered once per window and pinned; Reminder is stored on the newest user message, and only when it changed.</summary>
internal enum Place
{
    Head,
    Reminder,
}

/// <summary>Plug 1: adds what it knows to what the model sees.</summary>
internal interface IContextSource
{
    Place Place { get; }

    /// <summary>Adds sections; may read files, should take milliseconds.</summary>
    ValueTask ContributeAsync(RequestBuilder request, Session session, CancellationToken cancellationToken);
}

/// <summary>Plug 2: asked in order about a planned call, before it has any effect. Null allows it; a text tells the model why not.</summary>
internal interface IToolGate
{
    ValueTask<string?> DenyAsync(Session session, ToolPart call, ToolPlan plan, CancellationToken cancellationToken);
}

/// <summary>Plug 3: asked after every step, whatever its end. All gates are asked; Stop outranks GoOn, GoOn outranks Pass.</summary>
internal interface IStepGate
{
    ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken);
}

/// <summary>Plug 4: hears everything that was told. Must not block, throw or interfere.</summary>
internal interface IEventSink
{
    void Publish(Event told);
}

/// <summary>The one seam that is no plug: makes the next request fit the window.</summary>
internal interface IWindowKeeper
{
    /// <summary>
    /// Asked before each request, and again when the provider refused it for length. True: a new window was opened, build again.
    /// </summary>
    ValueTask<bool> FitAsync(Session session, ModelRequest next, bool refused, CancellationToken cancellationToken);
}

/// <summary>One model request with its tool calls, all in a final state, and the exact request it answered.</summary>
internal sealed record Step(
    Session Session,
    ModelRequest Request,
    MessageWithParts Reply,
    WindowUse Use,
    ImmutableArray<Billed> Billed,
    StopReason Reason,
    int Number)
{
    /// <summary>The model has nothing more to do. False after tool calls, and after every kind of failure.</summary>
    public bool ModelIsDone => Reason is StopReason.Done;
}

/// <summary>How full the window was before and after a step, in tokens.</summary>
internal readonly record struct WindowUse(long Before, long After, long Limit)
{
    public bool Crosses(double fraction) => Before < fraction * Limit && After >= fraction * Limit;
}

/// <summary>What a step gate thinks.</summary>
internal abstract record Verdict(int Rank);

/// <summary>Nothing to say.</summary>
internal sealed record Pass() : Verdict(0)
{
    public static Pass Instance { get; } = new();
}

/// <summary>Sends the agent back with a text. The loop counts these per prompt and has one limit for all gates.</summary>
internal sealed record GoOn(string Cause, string Text) : Verdict(1)
{
    /// <summary>Where a gate has good reason and a count of its own: so many times, instead of the loop's limit.</summary>
    public int? AtMost { get; init; }
}

/// <summary>Ends the turn.</summary>
internal sealed record Stop(StopReason Reason, string Text) : Verdict(2);

/// <summary>How a run of the loop ended, and why in words when it was not simply done.</summary>
internal sealed record Outcome(StopReason Reason, string? Text = null);
