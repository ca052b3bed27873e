using System.Text.Json.Serialization.Metadata;

namespace MiMoCode.App.Server;

/// <summary>One line of the table of routes: what the router maps, the tests call and <c>/doc</c> describes.</summary>
/// <param name="Method">GET, POST, PUT, PATCH or DELETE.</param>
/// <param name="Path">With <c>{names}</c> for what varies.</param>
/// <param name="Id">The name of the operation, as <c>group.verb</c>.</param>
/// <param name="Summary">One line for people.</param>
/// <param name="Handle">Answers a call.</param>
internal sealed record Route(string Method, string Path, string Id, string Summary, Func<Call, Task> Handle)
{
    /// <summary>What the call needs to be opened.</summary>
    public Scope Scope { get; init; } = Scope.Folder;

    /// <summary>The form of the body; null when there is none.</summary>
    public JsonTypeInfo? Body { get; init; }

    /// <summary>The form of the answer; null when it has no body or is a stream.</summary>
    public JsonTypeInfo? Answer { get; init; }

    /// <summary>How many bytes the body may have.</summary>
    public long MostBytes { get; init; } = 1 << 20;

    /// <summary>The form of what it says about a request that cannot be.</summary>
    public Wording Wording { get; init; }

    /// <summary>The form of its "not found", when that has one of its own.</summary>
    public Missing? Missing { get; init; }

    public static Route Get<T>(string path, string id, string summary, JsonTypeInfo<T> answer, Func<Call, Task<T>> handle) =>
        new("GET", path, id, summary, call => AnswerAsync(call, answer, handle)) { Answer = answer };

    public static Route Delete<T>(string path, string id, string summary, JsonTypeInfo<T> answer, Func<Call, Task<T>> handle) =>
        new("DELETE", path, id, summary, call => AnswerAsync(call, answer, handle)) { Answer = answer };

    public static Route Post<T>(string path, string id, string summary, JsonTypeInfo<T> answer, Func<Call, Task<T>> handle) =>
        new("POST", path, id, summary, call => AnswerAsync(call, answer, handle)) { Answer = answer };

    public static Route Send<TBody, T>(
        string method, string path, string id, string summary, JsonTypeInfo<TBody> body, JsonTypeInfo<T> answer, Func<Call, TBody, Task<T>> handle) =>
        new(method, path, id, summary, call => AnswerAsync(call, answer, async _ => await handle(call, await call.ReadAsync(body))))
        {
            Body = body, Answer = answer, Wording = Wording.Tagged,
        };

    private static async Task AnswerAsync<T>(Call call, JsonTypeInfo<T> shape, Func<Call, Task<T>> handle) =>
        await call.WriteAsync(await handle(call), shape);
}

/// <summary>What has to be opened for a call.</summary>
internal enum Scope
{
    /// <summary>Nothing.</summary>
    Global,

    /// <summary>The workspace of the folder that the client names, else of the start folder.</summary>
    Folder,

    /// <summary>The workspace of the folder in which the session of the path lives.</summary>
    Session,
}
