using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using MiMoCode.Engine.Foundation.Projects;
using MiMoCode.Engine.Loop;

namespace MiMoCode.Engine.Features.Environment;

/// <summary>
/// Tells the model where it is. It stands last in the head, and gives the day the session began, so that the text before it, and this
/// one within a session, never change.
/// </summary>
internal sealed class EnvironmentSource(Project project) : IContextSource
{
    private const int TokenCap = 400;

    public Place Place => Place.Head;

    public ValueTask ContributeAsync(RequestBuilder request, Session session, CancellationToken cancellationToken)
    {
        var text = new StringBuilder()
            .AppendLine("# Where you are")
            .AppendLine(CultureInfo.InvariantCulture, $"Working folder: {session.Directory}")
            .AppendLine(CultureInfo.InvariantCulture, $"Project root: {project.Worktree}{(project.HasGit ? "" : " (not a git repository)")}")
            .AppendLine(CultureInfo.InvariantCulture, $"Platform: {RuntimeInformation.OSDescription}")
            .Append(CultureInfo.InvariantCulture, $"Today: {session.Info.Time.Created:yyyy-MM-dd}");
        if (project.Branch() is { } branch)
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"Git branch at the start: {branch}");
        request.Add("environment", text.ToString(), TokenCap);
        return ValueTask.CompletedTask;
    }
}
