using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using MiMoCode.TestKit;

namespace MiMoCode.EndToEnd;

/// <summary>How a run of the program ended.</summary>
internal sealed record Exit(int Code, string Output, string Errors);

/// <summary>
/// The real program as a real process, in a project and a home of its own, with nothing of the person's environment.
/// Everything it prints is collected as it comes.
/// </summary>
internal sealed class MimoProcess : IAsyncDisposable
{
    /// <summary>Longer than anything should take, shorter than a person waits for a hung test run.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Collected _output;
    private readonly Collected _errors;

    private MimoProcess(Process process)
    {
        _process = process;
        _output = new Collected(process.StandardOutput);
        _errors = new Collected(process.StandardError);
    }

    /// <summary>The program under test: <c>MIMOCODE_UNDER_TEST</c>, or what <c>./build</c> made.</summary>
    public static string Program { get; } = FindProgram();

    /// <summary>The process is gone.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>What was printed so far.</summary>
    public string Output => _output.Text;

    /// <summary>What was printed to stderr so far.</summary>
    public string Errors => _errors.Text;

    /// <summary>Starts the program in a project. Stdin is closed unless <paramref name="keepInputOpen"/>.</summary>
    public static MimoProcess Start(TempProject project, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, bool keepInputOpen = false)
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            WorkingDirectory = project.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        FillEnvironment(start.Environment, project, environment);
        var process = new MimoProcess(Process.Start(start)!);
        if (!keepInputOpen) { process._process.StandardInput.Close(); }
        return process;
    }

    /// <summary>Starts the program and waits for its end.</summary>
    public static async Task<Exit> RunAsync(TempProject project, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var process = Start(project, arguments, environment);
        return await process.WaitAsync();
    }

    /// <summary>Waits for the end, and for all output; fails when a child left behind keeps the output open.</summary>
    public async Task<Exit> WaitAsync(TimeSpan? patience = null)
    {
        using var deadline = new CancellationTokenSource(patience ?? Patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            await Task.WhenAll(_output.End, _errors.End).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException((_process.HasExited ? "mimo ended, but a child of it holds its output open" : "mimo does not end") + $"\nstdout: {Output}\nstderr: {Errors}");
        }
        return new Exit(_process.ExitCode, Output, Errors);
    }

    /// <summary>Waits until stdout holds a text.</summary>
    public Task UntilOutputAsync(string text) => _output.UntilAsync(text, Patience);

    /// <summary>Waits until stderr holds a text.</summary>
    public Task UntilErrorsAsync(string text) => _errors.UntilAsync(text, Patience);

    /// <summary>Writes a line to its stdin.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteAsync(line + "\n");
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Ends its stdin.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Sends a signal to the process alone.</summary>
    public void Signal(int signal)
    {
        if (Kill(Id, signal) != 0) { throw new InvalidOperationException($"no process {Id} to send signal {signal} to"); }
    }

    /// <summary><c>kill -9</c>, and waits until it is gone. Children are left as they are: that is what is tested.</summary>
    public async Task KillAsync()
    {
        Signal(9);
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private static void FillEnvironment(IDictionary<string, string?> target, TempProject project, IReadOnlyDictionary<string, string>? more)
    {
        var kept = new[] { "PATH", "DOTNET_ROOT", "TMPDIR" }.Where(target.ContainsKey).ToDictionary(name => name, name => target[name]);
        target.Clear();
        foreach (var (name, value) in kept) { target[name] = value; }
        target["HOME"] = project.Home;
        target["MIMOCODE_HOME"] = Path.Combine(project.Home, "mimocode");
        target["LANG"] = "C.UTF-8";
        target["TERM"] = "dumb";
        foreach (var (name, value) in more ?? new Dictionary<string, string>()) { target[name] = value; }
    }

    private static string FindProgram()
    {
        if (Environment.GetEnvironmentVariable("MIMOCODE_UNDER_TEST") is { Length: > 0 } named) { return Path.GetFullPath(named, Repository.Root); }
        var stamp = Repository.Path("artifacts/mimo/stamp");
        return File.Exists(stamp) ? File.ReadLines(stamp).First() : throw new InvalidOperationException("There is no program to test. Run ./build first, or set MIMOCODE_UNDER_TEST.");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);

    /// <summary>The text of one stream as far as it has come.</summary>
    private sealed class Collected
    {
        private readonly StringBuilder _text = new();
        private volatile bool _ended;
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Collected(StreamReader reader) => End = ReadAsync(reader);

        public Task End { get; }

        public string Text
        {
            get { lock (_text) { return _text.ToString(); } }
        }

        public async Task UntilAsync(string text, TimeSpan patience)
        {
            using var deadline = new CancellationTokenSource(patience);
            while (true)
            {
                Task more;
                lock (_text) { more = _more.Task; }
                var ended = _ended;
                if (Text.Contains(text, StringComparison.Ordinal)) { return; }
                if (ended) { throw new InvalidOperationException($"the output ended without '{text}':\n{Text}"); }
                await more.WaitAsync(deadline.Token);
            }
        }

        private async Task ReadAsync(StreamReader reader)
        {
            var buffer = new char[4096];
            while (await reader.ReadAsync(buffer) is > 0 and var count) { Add(buffer.AsSpan(0, count)); }
            _ended = true;
            Add([]);
        }

        private void Add(ReadOnlySpan<char> text)
        {
            lock (_text)
            {
                _text.Append(text);
                _more.TrySetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
