using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Protocol;

/// <summary>Everything that travels or is stored, by generated code.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(UnixTimeConverter)])]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(ServerConnected))]
[JsonSerializable(typeof(ServerHeartbeat))]
[JsonSerializable(typeof(InstanceDisposed))]
[JsonSerializable(typeof(SessionCreated))]
[JsonSerializable(typeof(SessionUpdated))]
[JsonSerializable(typeof(SessionDeleted))]
[JsonSerializable(typeof(SessionStatusChanged))]
[JsonSerializable(typeof(SessionIdle))]
[JsonSerializable(typeof(SessionError))]
[JsonSerializable(typeof(SessionWarning))]
[JsonSerializable(typeof(SessionDiff))]
[JsonSerializable(typeof(SessionCompacted))]
[JsonSerializable(typeof(WindowOpened))]
[JsonSerializable(typeof(MessageUpdated))]
[JsonSerializable(typeof(MessageRemoved))]
[JsonSerializable(typeof(PartUpdated))]
[JsonSerializable(typeof(PartDelta))]
[JsonSerializable(typeof(PartRemoved))]
[JsonSerializable(typeof(PermissionAsked))]
[JsonSerializable(typeof(PermissionReplied))]
[JsonSerializable(typeof(QuestionAsked))]
[JsonSerializable(typeof(QuestionReplied))]
[JsonSerializable(typeof(QuestionRejected))]
[JsonSerializable(typeof(TodoUpdated))]
[JsonSerializable(typeof(FileEdited))]
[JsonSerializable(typeof(CommandExecuted))]
[JsonSerializable(typeof(TextPart))]
[JsonSerializable(typeof(ReasoningPart))]
[JsonSerializable(typeof(FilePart))]
[JsonSerializable(typeof(ToolPart))]
[JsonSerializable(typeof(StepStartPart))]
[JsonSerializable(typeof(StepFinishPart))]
[JsonSerializable(typeof(SnapshotPart))]
[JsonSerializable(typeof(PatchPart))]
[JsonSerializable(typeof(AgentPart))]
[JsonSerializable(typeof(SubtaskPart))]
[JsonSerializable(typeof(RetryPart))]
[JsonSerializable(typeof(CompactionPart))]
[JsonSerializable(typeof(CheckpointPart))]
[JsonSerializable(typeof(Details))]
[JsonSerializable(typeof(MessageError))]
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(MessageWithParts))]
[JsonSerializable(typeof(ImmutableArray<MessageWithParts>))]
[JsonSerializable(typeof(SessionInfo))]
[JsonSerializable(typeof(ImmutableArray<SessionInfo>))]
[JsonSerializable(typeof(ImmutableDictionary<string, SessionStatus>))]
[JsonSerializable(typeof(ImmutableArray<Todo>))]
[JsonSerializable(typeof(ImmutableArray<ToolDefinition>))]
[JsonSerializable(typeof(ImmutableArray<PermissionRequest>))]
[JsonSerializable(typeof(ImmutableArray<QuestionRequest>))]
[JsonSerializable(typeof(ImmutableArray<PermissionRule>))]
[JsonSerializable(typeof(SessionExport))]
[JsonSerializable(typeof(PromptRequest))]
[JsonSerializable(typeof(PromptAccepted))]
[JsonSerializable(typeof(CommandRequest))]
[JsonSerializable(typeof(ImmutableArray<CommandSummary>))]
[JsonSerializable(typeof(ImmutableArray<SkillSummary>))]
[JsonSerializable(typeof(ShellRequest))]
[JsonSerializable(typeof(RevertRequest))]
[JsonSerializable(typeof(RevertResult))]
[JsonSerializable(typeof(SessionChanges))]
[JsonSerializable(typeof(ImmutableArray<FileDiff>))]
[JsonSerializable(typeof(CreateSession))]
[JsonSerializable(typeof(UpdateSession))]
[JsonSerializable(typeof(MessagePage))]
[JsonSerializable(typeof(ImmutableArray<FileNode>))]
[JsonSerializable(typeof(FileContent))]
[JsonSerializable(typeof(ImmutableArray<FileStatus>))]
[JsonSerializable(typeof(ImmutableArray<TextMatch>))]
[JsonSerializable(typeof(ImmutableArray<string>))]
[JsonSerializable(typeof(VcsState))]
[JsonSerializable(typeof(Paths))]
[JsonSerializable(typeof(ProjectSummary))]
[JsonSerializable(typeof(ImmutableArray<ProjectSummary>))]
[JsonSerializable(typeof(ImmutableArray<AgentSettings>))]
[JsonSerializable(typeof(ProviderList))]
public sealed partial class ProtocolJson : JsonSerializerContext;
