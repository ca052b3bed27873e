using System.Globalization;
using System.Text;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Engine.Features.Memory;

/// <summary>
/// Tells every window what is remembered of the project and of the user, as far as there is room, and where the rest is. It stands
/// last in the head, because it is what changes from window to window.
/// </summary>
internal sealed class MemorySource(PushCapsConfig caps, MemoryFiles files, Assets assets, Action<string, string> warn) : IContextSource
{
    private const int ShareOfWindow = 12;
    private const int TokenCap = 18_000;
    private readonly HashSet<string> warned = [];

    public Place Place => Place.Head;

    public ValueTask ContributeAsync(RequestBuilder request, Session session, CancellationToken cancellationToken)
    {
        var room = Math.Max(1_000, session.Turn.Model.ContextLimit / ShareOfWindow);
        var text = new StringBuilder(assets.Read("prompts/memory.md", ("notes", files.Notes(session.RootId))).Trim());
        Append(text, session, "What is remembered of this project", files.Project, Math.Min(caps.Memory, room));
        Append(text, session, "What is remembered of the user", files.Global, Math.Min(caps.Global, room / 2));
        AppendOthers(text);
        request.Add("memory", text.ToString(), TokenCap);
        return ValueTask.CompletedTask;
    }

    private void Append(StringBuilder text, Session session, string title, string path, int tokens)
    {
        var memory = MemoryFiles.Read(path);
        lock (warned)
        {
            if (memory.Problem is { } problem && warned.Add(path))
                warn(session.Id, $"{path} is used as far as it goes: {problem}.");
        }

        if (memory.Text.Trim() is { Length: > 0 } content)
            text.Append(CultureInfo.InvariantCulture, $"\n\n## {title} ({path})\n{Fit(content, tokens)}");
    }

    // The newest lines stand last, so that the beginning is what is left out.
    private static string Fit(string content, int tokens)
    {
        var size = TokenEstimate.Of(content);
        if (size <= tokens)
            return content;
        var from = content.IndexOf('\n', (int)(content.Length * (1 - (0.95 * tokens / size))));
        return $"(older lines are left out here; memory search finds them)\n{content[(from + 1)..]}";
    }

    private void AppendOthers(StringBuilder text)
    {
        var others = files.Files(null).Where(file => file != files.Project && file != files.Global).Take(30).ToList();
        if (others.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"\n\n## More memory files\n{string.Join('\n', others)}");
    }
}
