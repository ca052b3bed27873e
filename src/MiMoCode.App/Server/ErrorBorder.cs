using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MiMoCode.Protocol;

namespace MiMoCode.App.Server;

/// <summary>Makes an answer of everything that goes wrong. Of a bug the client learns an id; the rest is in the log.</summary>
internal sealed class ErrorBorder(TextWriter log)
{
    public async Task RunAsync(HttpContext context, Func<Task> handle)
    {
        try
        {
            await handle();
        }
        catch (UserException wrong)
        {
            await AnswerAsync(context, wrong.HttpStatus, wrong.Message);
        }
        catch (JsonException wrong)
        {
            await AnswerAsync(context, 400, $"The body is not what this route reads: {wrong.Message}", "Body");
        }
        catch (BadHttpRequestException wrong)
        {
            await AnswerAsync(context, wrong.StatusCode, wrong.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception bug)
        {
            var id = Guid.NewGuid().ToString("n");
            await log.WriteLineAsync($"mimo: {context.Request.Method} {context.Request.Path}: {bug} (ref {id})");
            await AnswerAsync(context, 500, "Something went wrong in the server; its log says what, under this ref.", reference: id);
        }
    }

    /// <summary>Answers with an error, unless an answer has begun.</summary>
    public static async Task AnswerAsync(HttpContext context, int status, string message, string? kind = null, string? reference = null)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        if (status is 204)
            return;
        context.Response.ContentType = "application/json";
        using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        var match = context.Features.Get<RouteMatch>();
        new Fault(status, message, kind, reference).Write(json, match?.Route, name => match?.Part(name));
        await json.FlushAsync(CancellationToken.None);
    }
}
