namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>The sections that hold lines, in their order. The letter begins the ids of their lines.</summary>
internal sealed record CheckpointSection(char Letter, string Title, bool IsReplaced, bool IsDurable, params string[] AlsoCalled)
{
    public static CheckpointSection Intent { get; } = new('I', "Intent", true, false, "goal", "aim", "task", "request");

    public static CheckpointSection Next { get; } = new('N', "Next action", true, false, "next", "plan", "to do", "todo");

    public static CheckpointSection Rules { get; } = new('R', "Rules", false, true, "rule", "directive", "preference", "constraint", "instruction");

    public static CheckpointSection Decisions { get; } = new('D', "Decisions", false, true, "decision", "decided", "design");

    public static CheckpointSection Discoveries { get; } = new('F', "Discoveries", false, true, "discover", "fact", "finding", "knowledge", "found");

    public static CheckpointSection Errors { get; } = new('E', "Errors and fixes", false, true, "error", "fix", "bug", "dead end", "fail");

    public static CheckpointSection Questions { get; } = new('Q', "Open questions", false, false, "question", "open", "unclear");

    /// <summary>What is to be known in later sessions of the project too.</summary>
    public static CheckpointSection Project { get; } = new('M', "Project memory", false, true, "memory", "durable", "later sessions");

    /// <summary>Built by the program: what the user said, line by line.</summary>
    public static CheckpointSection User { get; } = new('U', "The user's words", false, true);

    /// <summary>Built by the program: what the agent noted.</summary>
    public static CheckpointSection Notes { get; } = new('T', "Your notes", false, true);

    /// <summary>Built by the program: what was said again, and differently.</summary>
    public static CheckpointSection Later { get; } = new('S', "Said later", false, true);

    public static IReadOnlyList<CheckpointSection> All { get; } =
        [Intent, Next, User, Rules, Decisions, Discoveries, Errors, Questions, Project, Notes, Later];

    /// <summary>The model does not write to it.</summary>
    public bool IsOfProgram => Letter is 'U' or 'T' or 'S';

    /// <summary>Those that the model writes to.</summary>
    public static IEnumerable<CheckpointSection> OfModel => All.Where(section => !section.IsOfProgram);

    /// <summary>The section that a heading means; null when it means none.</summary>
    public static CheckpointSection? Find(string heading)
    {
        var words = heading.Trim().TrimStart('#', ' ', '*', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', ')', '§').TrimEnd(':', '*', ' ');
        return All.FirstOrDefault(section => section.Title.Equals(words, StringComparison.OrdinalIgnoreCase))
            ?? OfModel.FirstOrDefault(section => section.AlsoCalled.Any(word => words.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    public static CheckpointSection? Of(char letter) => All.FirstOrDefault(section => section.Letter == letter);
}
