using System.Text;

namespace MiMoCode.Engine.Guard.Permissions;

internal sealed partial class ShellParser
{
    private static readonly string[] Operators = ["&>>", "&>", "<<<", "<<-", "<<", "<>", "<&", "<", ">>", ">|", ">&", ">"];

    private bool Redirection(List<ShellRedirection> redirections, int depth)
    {
        var begin = at;
        while (!AtEnd && char.IsAsciiDigit(Current))
            at++;
        var descriptor = source[begin..at];
        var found = At("<(") || At(">(") ? null : Operators.FirstOrDefault(At);
        if (found is null || (descriptor.Length > 0 && found[0] == '&'))
        {
            at = begin;
            return false;
        }

        at += found.Length;
        SkipBlanks();
        var start = at;
        var target = AtEnd || Current is '\n' ? null : Word(depth, out _);
        if (at == start || target is null)
        {
            doubts |= ShellDoubt.Unparsable;
            return true;
        }

        if (found is "<<" or "<<-")
            pending.Enqueue(new HereDocument(target.Text, found == "<<-", source.AsSpan(start, Math.Min(at, source.Length) - start).IndexOfAny("'\"\\") >= 0));
        if (IsHarmless(found, descriptor, target))
            return true;
        doubts |= found switch
        {
            "<<" or "<<-" or "<<<" => ShellDoubt.HereDocument,
            "<" when target.Literal && descriptor is "" or "0" && !IsDevice(target.Text) => ShellDoubt.None,
            _ => ShellDoubt.Redirection,
        };
        redirections.Add(new ShellRedirection(found, target));
        return true;
    }

    /// <summary>Output thrown away, or standard output and error joined.</summary>
    private static bool IsHarmless(string found, string descriptor, ShellWord target) => target.Literal && found switch
    {
        ">" or ">>" or "&>" or "&>>" or "<" => target.Text == "/dev/null" && descriptor is "" or "0" or "1" or "2",
        ">&" => target.Text is "1" or "2" && descriptor is "" or "1" or "2",
        _ => false,
    };

    private static bool IsDevice(string path) => path.StartsWith("/dev/", StringComparison.Ordinal);

    /// <summary>Bodies of the here-documents that the line just ended has opened.</summary>
    private void HereDocuments(int depth)
    {
        while (pending.TryDequeue(out var document))
        {
            var body = new StringBuilder();
            var closed = false;
            while (!AtEnd && !closed)
            {
                var newline = source.IndexOf('\n', at);
                var line = source[at..(newline < 0 ? source.Length : newline)];
                at = newline < 0 ? source.Length : newline + 1;
                closed = (document.StripTabs ? line.TrimStart('\t') : line) == document.Delimiter;
                if (!closed)
                    body.Append(line).Append('\n');
            }

            if (!closed)
                doubts |= ShellDoubt.Unparsable;
            if (!document.Quoted)
                Nested(body.ToString(), depth, inner => inner.Text(depth + 1));
        }
    }

    private void Nested(string text, int depth, Action<ShellParser> read)
    {
        var inner = new ShellParser(text, commands, depthBefore + depth + 1);
        read(inner);
        doubts |= inner.doubts;
    }

    private sealed record HereDocument(string Delimiter, bool StripTabs, bool Quoted);
}
