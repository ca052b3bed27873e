using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>A place in a file; line and column count from 1.</summary>
internal readonly record struct FilePlace(string File, int Line, int Column)
{
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}

/// <summary>A value that remembers where it was written.</summary>
internal abstract record Node(FilePlace Place)
{
    /// <summary>Where its text begins and ends in the file; 0 and 0 when it was made and not read.</summary>
    public (int Start, int End) Span { get; init; }

    public abstract void WriteTo(Utf8JsonWriter writer);

    /// <summary>The value as plain JSON.</summary>
    public byte[] ToJson(bool indented = false)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = indented }))
            WriteTo(writer);
        return buffer.ToArray();
    }

    public sealed override string ToString() => Encoding.UTF8.GetString(ToJson());
}

/// <summary>A key and its value.</summary>
internal sealed record Member(string Name, FilePlace Place, Node Value);

/// <summary>An object. Its members keep their order, because for permission rules the order decides.</summary>
internal sealed record ObjectNode(FilePlace Place, ImmutableArray<Member> Members) : Node(Place)
{
    public static ObjectNode Empty { get; } = new(default, []);

    /// <summary>The value of a key, or null.</summary>
    public Node? this[string name] => Members.FirstOrDefault(member => member.Name == name)?.Value;

    /// <summary>The value that a path of keys leads to, or null.</summary>
    public Node? Find(ReadOnlySpan<string> path)
    {
        Node? node = this;
        foreach (var name in path)
            node = (node as ObjectNode)?[name];
        return node;
    }

    /// <summary>The same object with the key set; it becomes the last one.</summary>
    public ObjectNode With(string name, Node value) =>
        this with { Members = Without(name).Members.Add(new(name, value.Place, value)) };

    public ObjectNode Without(string name) => this with { Members = Members.RemoveAll(member => member.Name == name) };

    public override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var member in Members)
        {
            writer.WritePropertyName(member.Name);
            member.Value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}

/// <summary>A list.</summary>
internal sealed record ArrayNode(FilePlace Place, ImmutableArray<Node> Items) : Node(Place)
{
    public override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var item in Items)
            item.WriteTo(writer);
        writer.WriteEndArray();
    }
}

/// <summary>Text.</summary>
internal sealed record TextNode(FilePlace Place, string Text) : Node(Place)
{
    public override void WriteTo(Utf8JsonWriter writer) => writer.WriteStringValue(Text);
}

/// <summary>A number, true, false or null, as it was written.</summary>
internal sealed record LiteralNode(FilePlace Place, string Json) : Node(Place)
{
    public override void WriteTo(Utf8JsonWriter writer) => writer.WriteRawValue(Json);
}
