namespace MiMoCode.Engine.Foundation.Text;

/// <summary>What will become of one file. <see cref="Before"/> is null when it is made, <see cref="After"/> when it is deleted.</summary>
internal sealed record PatchedFile(string Path, string? Before, string? After);

/// <summary>Works out a whole patch before anything is written: all of it fits, or none of it is done.</summary>
internal static class PatchPlan
{
    /// <param name="steps">What the patch wants.</param>
    /// <param name="read">The text of a file by the path of the patch; null when it does not exist.</param>
    /// <returns>The files that change, each once, in the order of the patch.</returns>
    /// <exception cref="PatchException">A part of the patch does not fit.</exception>
    public static IReadOnlyList<PatchedFile> Of(IEnumerable<PatchStep> steps, Func<string, string?> read)
    {
        var files = new Files(read);
        foreach (var step in steps)
        {
            switch (step)
            {
                case PatchStep.Add add:
                    files.Set(add.Path, add.Text);
                    break;
                case PatchStep.Delete delete:
                    files.Require(delete.Path);
                    files.Set(delete.Path, null);
                    break;
                case PatchStep.Update update:
                    Update(update, files);
                    break;
            }
        }

        return files.Changes();
    }

    private static void Update(PatchStep.Update update, Files files)
    {
        var after = PatchHunks.Apply(update.Path, files.Require(update.Path), update.Hunks);
        if (update.MoveTo is { } target && target != update.Path)
        {
            if (files.Get(target) is not null)
            {
                throw new PatchException(PatchProblem.FileExists,
                    $"{update.Path} cannot move to {target}: that file exists. Delete it first or choose another name.");
            }

            files.Set(update.Path, null);
            files.Set(target, after);
        }
        else
        {
            files.Set(update.Path, after);
        }
    }

    /// <summary>The files as the steps so far leave them.</summary>
    private sealed class Files(Func<string, string?> read)
    {
        private readonly List<string> order = [];
        private readonly Dictionary<string, PatchedFile> states = new(StringComparer.Ordinal);

        public string? Get(string path)
        {
            if (!states.TryGetValue(path, out var state))
            {
                var text = read(path);
                order.Add(path);
                states[path] = state = new PatchedFile(path, text, text);
            }

            return state.After;
        }

        public string Require(string path) => Get(path) ?? throw new PatchException(PatchProblem.MissingFile,
            $"{path} does not exist. Check the path, or use \"*** Add File:\" to make it.");

        public void Set(string path, string? text)
        {
            Get(path);
            states[path] = states[path] with { After = text };
        }

        public IReadOnlyList<PatchedFile> Changes() =>
            [.. order.Select(path => states[path]).Where(file => file.Before != file.After)];
    }
}
