using System.Collections.Immutable;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>Where settings come from, in the order in which later ones win.</summary>
internal enum LayerKind
{
    /// <summary>The user's own file for everything.</summary>
    Global,

    /// <summary>The file that MIMOCODE_CONFIG names.</summary>
    ConfigFile,

    /// <summary>A file of the project, from the root of the work tree down to the folder.</summary>
    Project,

    /// <summary>A file in a .mimocode folder of the project.</summary>
    ProjectFolder,

    /// <summary>The folder that MIMOCODE_CONFIG_DIR names.</summary>
    ConfigFolder,

    /// <summary>MIMOCODE_CONFIG_CONTENT and MIMOCODE_PERMISSION.</summary>
    Environment,

    /// <summary>The file of the machine's administrator.</summary>
    Managed,

    /// <summary>Flags of the command line.</summary>
    Flags,
}

/// <summary>One source of settings, as it was read and checked.</summary>
internal sealed record Layer(LayerKind Kind, string Source, ObjectNode Tree)
{
    /// <summary>It came with the project: whoever wrote it is not known to be the user.</summary>
    public bool FromProject => Kind is LayerKind.Project or LayerKind.ProjectFolder;

    /// <summary>
    /// Later layers win; objects are merged key by key, lists are replaced. What is set again moves to the end, so that the
    /// order of permission rules stays the order in which they were said. The lists of instructions and plugins add up.
    /// </summary>
    public static ObjectNode Merge(ObjectNode earlier, ObjectNode later, bool top = true)
    {
        var result = earlier;
        foreach (var member in later.Members)
        {
            var value = (result[member.Name], member.Value) switch
            {
                (ObjectNode below, ObjectNode above) => Merge(below, above, top: false),
                (ArrayNode below, ArrayNode above) when top && member.Name is "instructions" or "plugin" => Union(below, above),
                _ => member.Value,
            };
            result = result.With(member.Name, value);
        }

        return result;
    }

    private static ArrayNode Union(ArrayNode below, ArrayNode above)
    {
        var taken = above.Items.Select(item => item.ToString()).ToHashSet(StringComparer.Ordinal);
        return above with { Items = [.. below.Items.Where(item => !taken.Contains(item.ToString())), .. above.Items] };
    }
}

/// <summary>Permission rules by who wrote them. Across these, the strictest answer wins.</summary>
/// <param name="Managed">Of the machine's administrator.</param>
/// <param name="User">Of the user: files, environment, flags; later ones win over earlier ones.</param>
/// <param name="Project">Of the project's files: they can only tighten.</param>
/// <param name="ProjectAgents">The same, for single agents.</param>
internal sealed record PermissionLayers(
    PermissionConfig Managed,
    PermissionConfig User,
    PermissionConfig Project,
    ImmutableDictionary<string, PermissionConfig> ProjectAgents);

/// <summary>A file that settings may stand in.</summary>
internal sealed record SettingsFile(LayerKind Kind, string Path);
