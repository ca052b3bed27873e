#if !NET10_0_OR_GREATER
namespace MiMoCode;

/// <summary>
/// Stands before <c>System.Linq</c>'s <c>Select</c> on .NET 9. There, a projection is a generic virtual method of every sequence, and the native
/// compiler must make one for each pair of element and result types in the program: a quarter of the binary
/// (docs/decisions/0006-own-select-on-net9.md). .NET 10 has the same remedy built in.
/// </summary>
public static class SelectExtensions
{
    /// <summary>Projects each element when it is asked for; the source and the selector are looked at once, at the call.</summary>
    public static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(selector);
        return Project(source, selector);
    }

    private static IEnumerable<TResult> Project<TSource, TResult>(IEnumerable<TSource> source, Func<TSource, TResult> selector)
    {
        foreach (var element in source)
            yield return selector(element);
    }
}
#endif
