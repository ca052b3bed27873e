using System.Text;

namespace MiMoCode.EndToEnd;

/// <summary>What a person saw who typed these commands one after the other, and what the model was told meanwhile; for golden files.</summary>
internal sealed class Transcript(Scene scene)
{
    private readonly StringBuilder _text = new();

    /// <summary>Runs the program to its end and writes down what it printed and how it ended.</summary>
    public async Task<Exit> RunAsync(params string[] arguments)
    {
        var exit = await scene.RunAsync(arguments);
        Add(arguments, exit);
        return exit;
    }

    /// <summary>Writes down a run that was watched otherwise.</summary>
    public void Add(IEnumerable<string> arguments, Exit exit)
    {
        _text.Append("$ mimo ").AppendJoin(' ', arguments.Select(Quoted)).Append('\n').Append(exit.Output);
        foreach (var line in exit.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)) { _text.Append("! ").Append(line).Append('\n'); }
        _text.Append("= ").Append(exit.Code).Append("\n\n");
    }

    /// <summary>Writes down the newest thing that each request said to the model.</summary>
    public Transcript AddRequests()
    {
        foreach (var request in scene.Server.Prompts)
        {
            var said = request.Conversation;
            var to = said[0].Text.Contains("independent judge", StringComparison.Ordinal) ? "judge" : "agent";
            _text.Append(to).Append(" <- ").Append(said[^1].Role).Append(": ").Append(said[^1].Text.Trim().ReplaceLineEndings("\n    ")).Append("\n\n");
        }
        return this;
    }

    /// <summary>The whole of it, without what differs from run to run.</summary>
    public override string ToString() => Normal.Of(_text.ToString(), scene);

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/') ? argument : $"'{argument}'";
}
