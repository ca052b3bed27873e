namespace MiMoCode.App.Server;

/// <summary>
/// Finds the route of a request. A tree of the parts of paths: what stands there literally goes before a <c>{name}</c>, and the way
/// back is tried when a branch ends in nothing.
/// </summary>
internal sealed class RouteTable
{
    private readonly Node root = new();

    public RouteTable(IEnumerable<Route> routes)
    {
        foreach (var route in routes)
            Add(route);
    }

    /// <summary>The route for a method and a decoded path; null when there is none.</summary>
    public RouteMatch? Find(string method, string path)
    {
        var parts = Split(path);
        return Find(root, 0) is { } found ? new RouteMatch(found, parts) : null;

        Route? Find(Node node, int depth)
        {
            if (depth == parts.Length)
                return node.Routes.Find(route => route.Method == method);
            if (node.Literals.TryGetValue(parts[depth], out var literal) && Find(literal, depth + 1) is { } exact)
                return exact;
            return node.Variable is { } variable && parts[depth].Length > 0 ? Find(variable, depth + 1) : null;
        }
    }

    internal static string[] Split(string path) => path.Trim('/') is { Length: > 0 } trimmed ? trimmed.Split('/') : [];

    private void Add(Route route)
    {
        var node = root;
        foreach (var part in Split(route.Path))
        {
            if (part is ['{', .., '}'])
                node = node.Variable ??= new Node();
            else if (node.Literals.TryGetValue(part, out var known))
                node = known;
            else
                node.Literals[part] = node = new Node();
        }

        if (node.Routes.Exists(other => other.Method == route.Method))
            throw new ArgumentException($"Two routes answer {route.Method} {route.Path}.");
        node.Routes.Add(route);
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Literals { get; } = new(StringComparer.Ordinal);

        public Node? Variable { get; set; }

        public List<Route> Routes { get; } = [];
    }
}

/// <summary>A route and the parts of the path that a request asked for it by.</summary>
internal sealed record RouteMatch(Route Route, string[] Parts)
{
    /// <summary>What stands in the path under a name; null when the route has no such name.</summary>
    public string? Part(string name) =>
        Array.IndexOf(RouteTable.Split(Route.Path), $"{{{name}}}") is >= 0 and var place ? Parts[place] : null;
}
