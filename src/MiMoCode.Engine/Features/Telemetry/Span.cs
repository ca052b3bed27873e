namespace MiMoCode.Engine.Features.Telemetry;

/// <summary>A piece of work as OpenTelemetry tells it: when it began and ended, below which other one, and what is known of it.</summary>
internal sealed class Span(string trace, string id, string? parent, string name, DateTimeOffset start)
{
    /// <summary>32 hexadecimal digits: the same for a root session and all below it.</summary>
    public string Trace => trace;

    /// <summary>16 hexadecimal digits.</summary>
    public string Id => id;

    public string? Parent => parent;

    public string Name => name;

    public DateTimeOffset Start => start;

    public DateTimeOffset End { get; set; }

    /// <summary>It asks somebody else, over the network.</summary>
    public bool IsRequest { get; init; }

    /// <summary>Why it failed, in a word; null when it did not. Never what was said.</summary>
    public string? Failure { get; set; }

    public List<Attribute> Attributes { get; } = [];

    public Span With(string key, string? text)
    {
        if (text is not null)
            Attributes.Add(new Attribute(key, text, null, null));
        return this;
    }

    public Span With(string key, long number)
    {
        Attributes.Add(new Attribute(key, null, number, null));
        return this;
    }

    public Span With(string key, double number)
    {
        Attributes.Add(new Attribute(key, null, null, number));
        return this;
    }
}

/// <summary>Something known of a span: one of the three.</summary>
internal sealed record Attribute(string Key, string? Text, long? Whole, double? Real);
