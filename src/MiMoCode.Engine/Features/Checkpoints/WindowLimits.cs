using System.Globalization;
using System.Text.Json;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>How much of a model's window may be filled, in tokens.</summary>
internal sealed class WindowLimits(CompactionConfig config)
{
    private const int Unknown = 128_000;
    private const int MostReply = 20_000;
    private const int Small = 64_000;
    private const int SmallUsable = 32_000;
    private const double Margin = 0.04;

    /// <summary>A small window also has to hold what the writer is asked and answers, and the longest step that may come.</summary>
    private const double SmallMargin = 0.24;

    /// <summary>What a request may take up: the window without room for the reply, and without what counting may miss.</summary>
    public long Usable(Model model)
    {
        var context = model.ContextLimit > 0 ? model.ContextLimit : Unknown;
        var input = model.InputLimit ?? context - Math.Min(Math.Min(model.OutputLimit, MostReply), context / 4);
        var usable = input - (config.Reserved ?? (long)(context * (context <= Small ? SmallMargin : Margin)));
        return Math.Max(1_000, Math.Min(usable, Configured(context, model) is { } most ? (long)(most * 0.9) : usable));
    }

    /// <summary>True for so few usable tokens that a window is rebuilt as soon as its checkpoint is there, to spend few on each step.</summary>
    public static bool IsSmall(long usable) => usable < SmallUsable;

    private long? Configured(long context, Model model) => config.MaxContext switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var tokens) && tokens > 0 => tokens,
        { ValueKind: JsonValueKind.String } text => Read(text.GetString()!, context),
        { ValueKind: JsonValueKind.Object } byModel when byModel.TryGetProperty(model.Ref.ToString(), out var own) =>
            own.ValueKind is JsonValueKind.Number ? own.GetInt64() : own.ValueKind is JsonValueKind.String ? Read(own.GetString()!, context) : null,
        _ => null,
    };

    private static long? Read(string text, long context)
    {
        var factor = text.Length is 0 ? 0 : char.ToUpperInvariant(text[^1]) switch
        {
            'K' => 1_000,
            'M' => 1_000_000,
            '%' => context / 100.0,
            _ => 0,
        };
        var digits = factor is 0 ? text : text[..^1];
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0
            ? (long)(number * (factor is 0 ? 1 : factor)) : null;
    }
}
