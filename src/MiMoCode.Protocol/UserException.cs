namespace MiMoCode.Protocol;

/// <summary>
/// The user asked for something that cannot be: what it is and what to do instead, in one line. A command line prints it and
/// ends with the exit code; a server answers with the status.
/// </summary>
public sealed class UserException(string message, int exitCode = 2, int httpStatus = 400) : Exception(message)
{
    /// <summary>2 for wrong use, unless another code of the table says more.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>The HTTP status that says the same.</summary>
    public int HttpStatus { get; } = httpStatus;

    /// <summary>Something that was named does not exist.</summary>
    public static UserException NotFound(string what, string name) => new($"There is no {what} called {name}.", 2, 404);
}
