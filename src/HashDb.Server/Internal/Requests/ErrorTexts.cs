// What clients without the scope admin are told of a fault. Texts of the engine name folders, files and collections, which help whoever
// runs the server and nobody else; the log has them.
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Server.Internal.Requests;

internal static class ErrorTexts
{
    /// <summary>The error without names; null when it holds none.</summary>
    public static ErrorMessage? Outside(in ErrorMessage error) => TextOf(error.Code) is not { } text
        ? null
        : error with { Message = text, File = error.File is null ? null : "a file of the server" };

    private static string? TextOf(HashDbErrorCode code) => code switch
    {
        HashDbErrorCode.CollectionNotFound => "There is no collection of that name.",
        HashDbErrorCode.CollectionExists => "There is a collection of that name already.",
        HashDbErrorCode.DatabaseNotFound or HashDbErrorCode.DatabaseLocked => "The server cannot use its database.",
        HashDbErrorCode.DiskFull => "No space is left on the server's device; nothing of the write was kept.",
        HashDbErrorCode.AccessDenied => "The server may not read or write one of its files.",
        HashDbErrorCode.Poisoned =>
            "The collection takes no more writes until the server is started again: a flush or its lock has failed.",
        HashDbErrorCode.CorruptData => "it is damaged",
        HashDbErrorCode.Closed => "The collection or the server is being closed.",
        HashDbErrorCode.IoFailure => "The server's system refused to read or write a file.",
        HashDbErrorCode.IndexFault => "The index in memory failed; nothing stored is lost.",
        HashDbErrorCode.ReadOnly => "The server has its database open for reading only.",
        HashDbErrorCode.MissingLibrary => "The server lacks a library.",
        HashDbErrorCode.UnsupportedVersion => "A file of the server is of a version that it does not read.",
        _ => null,
    };
}
