using System.ComponentModel;
using System.Globalization;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Tools;

/// <summary>What the model may say when it calls <see cref="BashTool"/>.</summary>
internal sealed record BashArgs(
    [property: Description("The command line, for bash.")] string Command,
    [property: Description("How long it may take, in milliseconds; 120000 when left out, at most 1800000.")] int? Timeout = null,
    [property: Description("The folder to run in; the project's folder when left out. Better than cd.")] string? Workdir = null,
    [property: Description("What it does, in five to ten words, for people.")] string? Description = null,
    [property: Description("True starts it beside the conversation and returns at once; see the job tool.")] bool Background = false);

/// <summary>Runs a command line. The model reads bash.md.</summary>
internal sealed class BashTool(ProcessRunner runner, JobTable jobs, ShellJournal? journal, string home, string outputFolder, TimeProvider clock)
    : Tool<BashArgs>("bash", ToolJson.Default.BashArgs)
{
    private const int DefaultTimeout = 120_000, LongestTimeout = 1_800_000;

    protected override ValueTask<ToolPlan> PlanAsync(BashArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(args.Command) || args.Command.Contains('\0', StringComparison.Ordinal))
            throw new ToolException("command must be a command line: not empty, and without NUL characters.");
        if (args.Timeout is <= 0)
            throw new ToolException("timeout must be a positive number of milliseconds.");

        var folder = context.Resolve(args.Workdir ?? ".");
        if (!Directory.Exists(folder))
            throw new ToolException($"The folder {folder} does not exist, so nothing can run there.");

        var show = new CommandDetails(args.Command, "", Description: args.Description);
        var accesses = CommandAccesses.Of(args.Command, folder, home, show);
        if (args.Workdir is not null)
            accesses = accesses.Add(new Access(PermissionNames.Read, folder, folder, show) { Path = folder });
        var changes = accesses.Any(access => access.Permission is PermissionNames.Changes);
        return new(new ToolPlan(
            accesses,
            stopping => args.Background ? StartAsync(args, folder, context)
                : changes && journal is not null ? journal.AroundAsync(context, () => RunAsync(args, folder, context, stopping))
                : RunAsync(args, folder, context, stopping),
            Exclusive: changes));
    }

    private async Task<ToolResult> RunAsync(BashArgs args, string folder, ToolContext context, CancellationToken cancellationToken)
    {
        var timeout = TimeSpan.FromMilliseconds(Math.Min(args.Timeout ?? DefaultTimeout, LongestTimeout));
        try
        {
            using var preview = new OutputPreview(
                end => context.Report(new CommandDetails(args.Command, end, Description: args.Description)), clock);
            var process = runner.Start(SpecOf(args.Command, folder), Bounds, preview.Grown);
            var result = await process.FinishAsync(timeout, cancellationToken);
            var job = result.End.Left.IsEmpty ? null : jobs.Adopt(process, context.Session.Id, args.Command);
            var output = result.Output.Text();
            return new ToolResult(
                output.Length == 0 ? Remark(result, timeout, job) ?? "(no output)" : WithRemark(output, Remark(result, timeout, job)),
                args.Description ?? args.Command,
                new CommandDetails(args.Command, OutputPreview.Of(result.Output), result.End.Code, args.Description))
            {
                SpilledTo = result.Output.File,
            };
        }
        catch (ProcessStartException error)
        {
            throw new ToolException($"The command could not be started: {error.Message}");
        }
    }

    private Task<ToolResult> StartAsync(BashArgs args, string folder, ToolContext context)
    {
        var job = jobs.Start(SpecOf(args.Command, folder), context.Session.Id, args.Command, Bounds) ?? throw new ToolException(
            $"{JobTable.MostRunning} jobs are running already. End one with the job tool, or run this without background.");
        return Task.FromResult(new ToolResult(
            $"Started as {job.Id}. Read its output, wait for it or end it with the job tool.",
            args.Description ?? args.Command,
            new CommandDetails(args.Command, "", Description: args.Description)));
    }

    private OutputBounds Bounds => OutputBounds.Default with { Folder = outputFolder };

    private static ProcessSpec SpecOf(string command, string folder) =>
        new("bash", ["-c", command], folder) { MergeErrors = true };

    private static string WithRemark(string output, string? remark) =>
        remark is null ? output : $"{output}{(output.EndsWith('\n') ? "" : "\n")}{remark}";

    /// <summary>What the model must know beside the output: a bad end, a time-out, and what is still running.</summary>
    private static string? Remark(ProcessResult result, TimeSpan timeout, Job? job)
    {
        var end = result switch
        {
            { TimedOut: true } => string.Create(
                CultureInfo.InvariantCulture,
                $"[stopped after {timeout.TotalSeconds:0.###} s, output so far is above; give a longer timeout or use background]"),
            { End.Signal: { } signal } => $"[ended by signal {signal}]",
            { End.Code: not 0 and var code } => $"[exit code {code}]",
            _ => null,
        };
        var left = job is null
            ? null
            : $"[still running in the background as {job.Id}: process {string.Join(", ", result.End.Left)}; end it with the job tool when it is not needed]";
        return (end, left) is (null, null) ? null : string.Join('\n', new[] { end, left }.Where(text => text is not null));
    }
}
