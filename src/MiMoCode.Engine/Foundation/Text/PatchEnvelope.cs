namespace MiMoCode.Engine.Foundation.Text;

/// <summary>One line of a hunk: ' ' keeps, '-' removes, '+' adds.</summary>
internal sealed record PatchLine(char Kind, string Text);

/// <param name="Context">The text after @@: a line that stands before the hunk; null if none is named.</param>
/// <param name="Lines">What to keep, remove and add, in order.</param>
/// <param name="AtEnd">The hunk belongs at the end of the file.</param>
internal sealed record PatchHunk(string? Context, IReadOnlyList<PatchLine> Lines, bool AtEnd);

/// <summary>What a patch wants of one file; paths are as written in the patch.</summary>
internal abstract record PatchStep(string Path)
{
    public sealed record Add(string Path, string Text) : PatchStep(Path);

    public sealed record Delete(string Path) : PatchStep(Path);

    public sealed record Update(string Path, string? MoveTo, IReadOnlyList<PatchHunk> Hunks) : PatchStep(Path);
}

/// <summary>Why a patch cannot be applied.</summary>
internal enum PatchProblem
{
    NoBegin,
    NoEnd,
    EmptyPatch,
    BadHeader,
    BadLine,
    EmptyUpdate,
    MissingFile,
    FileExists,
    LinesNotFound,
    Ambiguous,
}

/// <summary>A patch that does not parse or does not fit; the message says where and what to do.</summary>
internal sealed class PatchException(PatchProblem problem, string message) : Exception(message)
{
    public PatchProblem Problem { get; } = problem;
}

/// <summary>Reads the text between "*** Begin Patch" and "*** End Patch". Nothing is read of a patch without its end marker.</summary>
internal static class PatchEnvelope
{
    private const string Begin = "*** Begin Patch", End = "*** End Patch", EndOfFile = "*** End of File";
    private const string AddFile = "*** Add File:", DeleteFile = "*** Delete File:", UpdateFile = "*** Update File:", MoveTo = "*** Move to:";

    /// <exception cref="PatchException">The patch is malformed.</exception>
    public static IReadOnlyList<PatchStep> Parse(string patch)
    {
        var lines = Unwrap(LineEndings.Unify(patch).Trim().Split('\n'));
        if (lines[0].Trim() != Begin)
            throw new PatchException(PatchProblem.NoBegin, $"The first line of a patch must be \"{Begin}\".");
        if (lines.Length < 2 || lines[^1].Trim() != End)
            throw new PatchException(PatchProblem.NoEnd, $"The last line of a patch must be \"{End}\".");

        var reader = new Reader(lines.AsSpan(1, lines.Length - 2));
        var steps = new List<PatchStep>();
        while (!reader.AtEnd)
            steps.Add(reader.Step());
        return steps.Count > 0
            ? steps
            : throw new PatchException(PatchProblem.EmptyPatch, "The patch holds no file operation: nothing to do.");
    }

    /// <summary>Whether a text is, or begins like, a patch; such text is not for the shell.</summary>
    public static bool Looks(string text) => text.TrimStart().StartsWith(Begin, StringComparison.Ordinal);

    /// <summary>A patch may come in the here-document in which a shell would have got it.</summary>
    private static string[] Unwrap(string[] lines)
    {
        if (lines.Length < 3 || !lines[0].StartsWith("<<", StringComparison.Ordinal))
            return lines;
        var word = lines[0][2..].TrimStart('-').Trim().Trim('\'', '"');
        return word.Length > 0 && lines[^1].Trim() == word ? lines[1..^1] : lines;
    }

    private ref struct Reader(ReadOnlySpan<string> lines)
    {
        private readonly ReadOnlySpan<string> lines = lines;
        private int at;

        public readonly bool AtEnd => at >= lines.Length;

        public PatchStep Step()
        {
            var header = lines[at++].Trim();
            if (header.StartsWith(AddFile, StringComparison.Ordinal))
                return new PatchStep.Add(PathOf(header, AddFile), Added());
            if (header.StartsWith(DeleteFile, StringComparison.Ordinal))
                return new PatchStep.Delete(PathOf(header, DeleteFile));
            if (header.StartsWith(UpdateFile, StringComparison.Ordinal))
                return Updated(PathOf(header, UpdateFile));
            throw new PatchException(PatchProblem.BadHeader,
                $"Line {at + 1} of the patch is \"{header}\". Expected \"{AddFile} path\", \"{DeleteFile} path\" or \"{UpdateFile} path\".");
        }

        private string Added()
        {
            var text = new System.Text.StringBuilder();
            for (; !AtEnd && !IsHeader(lines[at]); at++)
            {
                if (!lines[at].StartsWith('+'))
                    throw BadLine("Every line of an added file begins with \"+\".");
                text.Append(lines[at].AsSpan(1)).Append('\n');
            }

            return text.ToString();
        }

        private PatchStep.Update Updated(string path)
        {
            string? target = null;
            if (!AtEnd && lines[at].Trim().StartsWith(MoveTo, StringComparison.Ordinal))
                target = PathOf(lines[at++].Trim(), MoveTo);
            var hunks = new List<PatchHunk>();
            while (!AtEnd && !IsHeader(lines[at]))
                hunks.Add(Hunk());
            return hunks.Count > 0 || target is not null
                ? new PatchStep.Update(path, target, hunks)
                : throw new PatchException(PatchProblem.EmptyUpdate, $"The update of {path} changes nothing. Give at least one hunk.");
        }

        private PatchHunk Hunk()
        {
            string? context = null;
            if (lines[at].StartsWith("@@", StringComparison.Ordinal))
            {
                context = lines[at++][2..].Trim();
                // Numbers of a unified diff say nothing here: files have changed since.
                if (context.StartsWith('-') && context.LastIndexOf("@@", StringComparison.Ordinal) is > 0 and var end)
                    context = context[(end + 2)..].Trim();
            }

            var body = new List<PatchLine>();
            var atEnd = false;
            for (; !AtEnd && !atEnd && !IsHeader(lines[at]) && !lines[at].StartsWith("@@", StringComparison.Ordinal); at++)
            {
                if (lines[at].Trim() == EndOfFile)
                    atEnd = true;
                else
                    body.Add(Line(lines[at]));
            }

            return body.Count > 0
                ? new PatchHunk(context is "" ? null : context, body, atEnd)
                : throw BadLine("A hunk needs at least one line after \"@@\".");
        }

        private readonly PatchLine Line(string line) => line switch
        {
            "" => new PatchLine(' ', ""),
            [' ' or '-' or '+', ..] => new PatchLine(line[0], line[1..]),
            _ => throw BadLine("A line of a hunk begins with a blank (keep), \"-\" (remove) or \"+\" (add)."),
        };

        private readonly PatchException BadLine(string rule) =>
            new(PatchProblem.BadLine, $"Line {at + 2} of the patch does not fit. {rule}");

        private readonly string PathOf(string line, string header)
        {
            var path = line[header.Length..].Trim();
            return path.Length > 0
                ? path
                : throw new PatchException(PatchProblem.BadHeader, $"Line {at + 1} of the patch names no file after \"{header}\".");
        }

        private static bool IsHeader(string line) =>
            line.TrimEnd() is var text && text.StartsWith("*** ", StringComparison.Ordinal) && text != EndOfFile;
    }
}
