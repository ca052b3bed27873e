using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MiMoCode.Providers.Http;

namespace MiMoCode.Providers.OpenAi.Chat;

/// <summary>
/// Puts tool calls together from fragments. Servers number them or not, name them once or in every fragment, mix several calls,
/// give all of them the number 0 or the same id; what belongs together is decided here.
/// </summary>
internal sealed class ToolCallAssembly
{
    private readonly List<Call> calls = [];
    private readonly Dictionary<int, Call> byIndex = [];

    public bool IsEmpty => calls.Count == 0;

    public void Add(JsonElement fragment, ReplyEvents events)
    {
        if (fragment.ValueKind is not JsonValueKind.Object)
            return;
        var function = fragment.TryGetProperty("function", out var inner) && inner.ValueKind is JsonValueKind.Object ? inner : fragment;
        int? index = fragment.TryGetProperty("index", out var at) && at.ValueKind is JsonValueKind.Number && at.TryGetInt32(out var number)
            ? number
            : null;
        var call = Find(index, Word(fragment, "id"), Word(function, "name"));
        if (fragment.TryGetProperty("extra_content", out var extra) && extra.ValueKind is JsonValueKind.Object)
            call.Extra = extra.Clone();
        Announce(call, events);
        Extend(call, Arguments(function), events);
    }

    /// <summary>Tells the calls that are whole. Of a reply that was cut at its limit, one with broken arguments is not a call.</summary>
    public void Tell(ReplyEvents events, bool wasCut)
    {
        foreach (var call in calls)
        {
            var told = ToolArguments.Call(call.Id, call.Name ?? "", call.Arguments.ToString(), Metadata(call));
            if (wasCut && (told.Malformed is not null || call.Arguments.Length == 0))
                continue;
            if (!call.IsAnnounced)
                events.ToolStarted(call.Id, told.Tool);
            events.Called(told);
        }
    }

    private Call Find(int? index, string id, string name)
    {
        var call = index is { } number ? byIndex.GetValueOrDefault(number) : id.Length > 0 ? Last(id) : Continued(name);
        // Another id under the same number: a server that numbers every call 0.
        if (call is null || (index is not null && id.Length > 0 && call.GivenId.Length > 0 && call.GivenId != id))
            calls.Add(call = new Call());
        if (index is { } slot)
            byIndex[slot] = call;
        if (call.GivenId.Length == 0 && id.Length > 0 && !call.IsAnnounced)
            (call.GivenId, call.Id) = (id, Unique(id));
        if (name.Length > 0)
            call.Name ??= name;
        return call;
    }

    private Call? Last(string id) => calls.FindLast(call => call.GivenId == id);

    /// <summary>Neither number nor id: a name begins a new call, unless the last one has the same and is not whole yet.</summary>
    private Call? Continued(string name)
    {
        var last = calls.Count > 0 ? calls[^1] : null;
        if (last is null || name.Length == 0)
            return last;
        var isWhole = last.Arguments.Length > 0 && ToolArguments.TryRead(last.Arguments.ToString(), out _, out _);
        return last.Name == name && !isWhole ? last : null;
    }

    private string Unique(string id)
    {
        var unique = id;
        for (var copy = 2; calls.Exists(call => call.Id == unique); copy++)
            unique = $"{id}_{copy}";
        return unique;
    }

    private static void Announce(Call call, ReplyEvents events)
    {
        if (call.IsAnnounced || call.Name is null)
            return;
        call.IsAnnounced = true;
        events.ToolStarted(call.Id, call.Name);
        events.ToolInput(call.Id, call.Arguments.ToString());
    }

    private static void Extend(Call call, string arguments, ReplyEvents events)
    {
        call.Arguments.Append(arguments);
        if (call.IsAnnounced)
            events.ToolInput(call.Id, arguments);
    }

    private static string Arguments(JsonElement function)
    {
        if (!function.TryGetProperty("arguments", out var arguments))
            return "";
        return arguments.ValueKind switch
        {
            JsonValueKind.String => arguments.GetString()!,
            JsonValueKind.Null => "",
            _ => arguments.GetRawText(),
        };
    }

    private static JsonElement? Metadata(Call call)
    {
        if (call.Extra is not { } extra)
            return null;
        using var json = JsonDocument.Parse($$"""{"extra_content":{{extra.GetRawText()}}}""");
        return json.RootElement.Clone();
    }

    private static string Word(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";

    private sealed class Call
    {
        public string Id { get; set; } = "call_" + RandomNumberGenerator.GetHexString(16, lowercase: true);

        public string GivenId { get; set; } = "";

        public string? Name { get; set; }

        public StringBuilder Arguments { get; } = new();

        public JsonElement? Extra { get; set; }

        public bool IsAnnounced { get; set; }
    }
}
