using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace MiMoCode.EndToEnd;

/// <summary>Looks into a database from outside, without any code of the product.</summary>
internal sealed class History : IDisposable
{
    private readonly SqliteConnection _connection;

    static History() => SQLitePCL.Batteries_V2.Init();

    public History(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        _connection.Open();
    }

    /// <summary>"ok", or what is broken.</summary>
    public string QuickCheck => Texts("PRAGMA quick_check")[0];

    public IReadOnlyList<string> Sessions => Texts("SELECT id FROM session ORDER BY rowid");

    /// <summary>All parts as they are stored, by their ids.</summary>
    public IReadOnlyDictionary<string, JsonObject> Parts =>
        Texts("SELECT data FROM part").Select(Parse).ToDictionary(part => (string)part["id"]!);

    /// <summary>The states of all tool calls, in order.</summary>
    public IReadOnlyList<string> CallStates =>
        [.. Texts("SELECT data FROM part ORDER BY seq").Select(Parse).Where(part => (string?)part["type"] == "tool").Select(part => (string)part["state"]!["status"]!)];

    /// <summary>The texts of all messages of people, in order.</summary>
    public IReadOnlyList<string> Prompts => Texts(
        "SELECT part.data FROM part JOIN message ON message.seq = part.message_seq WHERE json_extract(message.data, '$.role') = 'user' ORDER BY part.seq")
        is var texts ? [.. texts.Select(Parse).Where(part => (string?)part["type"] == "text" && part["synthetic"] is null).Select(part => (string)part["text"]!)] : [];

    /// <summary>Rows of one text column.</summary>
    public IReadOnlyList<string> Texts(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read())
        {
            texts.Add(reader.GetFieldType(0) == typeof(byte[]) ? System.Text.Encoding.UTF8.GetString((byte[])reader.GetValue(0)) : reader.GetValue(0).ToString()!);
        }
        return texts;
    }

    public void Dispose() => _connection.Dispose();

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
