namespace MiMoCode.Protocol.Configuration;

/// <summary>The key is accepted and kept, but nothing in this version acts on it; whoever sets it is told once.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotYetAttribute : Attribute;

/// <summary>Only the user's own files may set the key: a project file that tries is told so and ignored.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OwnOnlyAttribute : Attribute;

/// <summary>The JSON Schema of a value that has more than one form and is read by a converter of its own.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class JsonSchemaAttribute(string schema) : Attribute
{
    /// <summary>A JSON Schema.</summary>
    public string Schema => schema;
}
