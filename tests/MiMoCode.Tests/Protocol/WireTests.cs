using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Protocol;

public sealed class WireTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> PartKinds => [.. Samples.Parts.Select(part => $"{part.Type} {part.Id}")];

    public static TheoryData<string> EventKinds => [.. Samples.Events.Select(sample => sample.Type)];

    [Theory]
    [MemberData(nameof(PartKinds))]
    public void A_part_comes_back_as_it_was_written(string kind)
    {
        var part = Samples.Parts.Single(sample => $"{sample.Type} {sample.Id}" == kind);
        var json = JsonSerializer.Serialize(part, ProtocolJson.Default.Part);

        var back = JsonSerializer.Deserialize(json, ProtocolJson.Default.Part)!;

        Assert.IsType(part.GetType(), back);
        Assert.Equal(json, JsonSerializer.Serialize(back, ProtocolJson.Default.Part));
    }

    [Theory]
    [MemberData(nameof(EventKinds))]
    public void An_event_comes_back_as_it_was_written(string kind)
    {
        var sample = Samples.Events.Single(sample => sample.Type == kind);
        var json = JsonSerializer.Serialize(sample, ProtocolJson.Default.Event);

        var back = JsonSerializer.Deserialize(json, ProtocolJson.Default.Event)!;

        Assert.IsType(sample.GetType(), back);
        Assert.Equal(json, JsonSerializer.Serialize(back, ProtocolJson.Default.Event));
    }

    [Fact]
    public void A_message_comes_back_as_it_was_written_wherever_its_role_stands()
    {
        foreach (var message in Samples.Messages)
        {
            var json = JsonSerializer.Serialize(message, ProtocolJson.Default.Message);
            var shuffled = new JsonObject(JsonNode.Parse(json)!.AsObject().Reverse().Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));

            Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize(json, ProtocolJson.Default.Message), ProtocolJson.Default.Message));
            Assert.IsType(message.GetType(), JsonSerializer.Deserialize(shuffled.ToJsonString(), ProtocolJson.Default.Message));
        }
    }

    [Fact]
    public void A_part_and_an_event_of_a_later_version_are_kept_to_the_letter()
    {
        const string part = """{"id":"prt_1","sessionID":"ses_1","messageID":"msg_1","type":"hologram","depth":3,"more":{"x":[1,2]}}""";
        const string told = """{"type":"hologram.shown","properties":{"depth":3},"id":"evt_1"}""";

        var keptPart = Assert.IsType<UnknownPart>(JsonSerializer.Deserialize(part, ProtocolJson.Default.Part));
        var keptEvent = Assert.IsType<UnknownEvent>(JsonSerializer.Deserialize(told, ProtocolJson.Default.Event));

        Assert.Equal("prt_1", keptPart.Id);
        Assert.Equal(part, JsonSerializer.Serialize<Part>(keptPart, ProtocolJson.Default.Part));
        Assert.Equal(told, JsonSerializer.Serialize<Event>(keptEvent, ProtocolJson.Default.Event));
    }

    [Fact]
    public void The_type_of_a_part_may_stand_anywhere()
    {
        const string json = """{"text":"Hi.","messageID":"msg_1","type":"text","sessionID":"ses_1","id":"prt_1"}""";

        Assert.Equal("Hi.", Assert.IsType<TextPart>(JsonSerializer.Deserialize(json, ProtocolJson.Default.Part)).Text);
    }

    [Fact]
    public void A_part_without_its_ids_is_refused_and_a_fraction_of_a_millisecond_is_not()
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"type":"hologram"}""", ProtocolJson.Default.Part));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"type":"text","text":"x"}""", ProtocolJson.Default.Part));

        var time = JsonSerializer.Deserialize("""{"created":1700000000000.5}""", ProtocolJson.Default.MessageTime)!;
        Assert.Equal(1_700_000_000_000, time.Created.ToUnixTimeMilliseconds());
    }

    [Fact]
    public void Every_kind_of_part_and_event_is_in_its_family_and_has_a_sample()
    {
        Assert.Equal(Derived<Part>(typeof(UnknownPart)), PartConverter.Parts.Members.Select(member => member.Type).ToHashSet());
        Assert.Equal(Derived<Event>(typeof(UnknownEvent)), EventConverter.Events.Members.Select(member => member.Type).ToHashSet());
        Assert.Equal(Derived<Part>(typeof(UnknownPart)), Samples.Parts.Select(part => part.GetType()).ToHashSet());
        Assert.Equal(Derived<Event>(typeof(UnknownEvent)), Samples.Events.Select(sample => sample.GetType()).ToHashSet());
    }

    [Fact]
    public void The_document_of_events_shows_each_of_them()
    {
        var text = new StringBuilder("# Events\n\n")
            .Append("What `/event` and every door hear. A fact is stored before it is told and never dropped; all others may be merged or lost.\n");
        foreach (var sample in Samples.Events)
        {
            var json = JsonNode.Parse(JsonSerializer.Serialize(sample, ProtocolJson.Default.Event))!.ToJsonString(Indented);
            text.Append($"\n## {sample.Type}{(sample is IFact ? " (fact)" : "")}\n\n```json\n{json}\n```\n");
        }

        Golden.CheckFile(Path.Combine(Repository.Root, "docs/wire/events.md"), text.ToString());
    }

    private static HashSet<Type> Derived<T>(Type unknown) =>
        [.. typeof(T).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract && type != unknown)];
}
