using System.ComponentModel;

namespace MiMoCode.Protocol.Configuration;

#pragma warning disable CS1591 // The descriptions are the documentation.

/// <summary>What may be spent before work stops. Nothing is limited unless it is written.</summary>
public sealed record BudgetConfig
{
    [Description("One model request with the tool calls it causes; what it cost is looked at when it is over, its time also before.")]
    public BudgetLimits Step { get; set; } = new();

    [Description("Everything from a prompt until the agent is idle, subagents included.")]
    public BudgetLimits Turn { get; set; } = new();

    [Description("A session with its subagents, its checkpoints and its judges.")]
    public BudgetLimits Session { get; set; } = new();

    [Description("Everything since a goal was set.")]
    public BudgetLimits Goal { get; set; } = new();
}

/// <summary>Limits of one span of work; 0 is none.</summary>
public sealed record BudgetLimits
{
    [Description("US dollars.")]
    public decimal Cost { get; set; }

    [Description("Tokens in and out, without those that came from the provider's cache.")]
    public long Tokens { get; set; }

    [Description("Steps.")]
    public int Steps { get; set; }

    [Description("Minutes of work.")]
    public double Minutes { get; set; }
}
