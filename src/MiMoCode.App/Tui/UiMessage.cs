using MiMoCode.Protocol.Events;
using MiMoCode.Terminal.Input;

namespace MiMoCode.App.Tui;

/// <summary>What reaches the one place where the picture changes.</summary>
internal abstract record UiMessage;

/// <summary>Keys and whatever else came from the terminal in one read.</summary>
internal sealed record Typed(IReadOnlyList<TerminalInput> Inputs) : UiMessage;

/// <summary>The engine told something.</summary>
internal sealed record Told(Event Event) : UiMessage;

/// <summary>A question to the engine was answered: what is to change.</summary>
internal sealed record Found(Action Change) : UiMessage;

/// <summary>Time passed that is seen: a spinner turned, a note is old.</summary>
internal sealed record Ticked : UiMessage;
