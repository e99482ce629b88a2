namespace HashDb.Protocol;

/// <summary>
/// What a frame asks for; an answer repeats the opcode of its request. All requests are sent by the client, at any time after
/// the handshake unless said otherwise. A server that does not know an opcode answers
/// <see cref="HashDbErrorCode.UnsupportedOperation"/> and the connection goes on, so a newer client can fall back.
/// </summary>
internal enum Opcode
{
    /// <summary>
    /// Opens the conversation: first frame of a connection, once. Needs no scope. An older server answers with a version that it
    /// knows, or refuses.
    /// </summary>
    Hello = 1,

    /// <summary>
    /// Gives up the request whose id stands in this frame's header; may be sent while that request has no final answer. Has no
    /// answer of its own: the request still gets one, its result or <see cref="HashDbErrorCode.Cancelled"/>. An unknown id is
    /// ignored, because the answer may have crossed the cancellation. Needs no scope.
    /// </summary>
    Cancel = 2,

    /// <summary>Asks for a sign of life. Needs no scope.</summary>
    Ping = 3,

    /// <summary>Asks for the names of the collections. Scope: read.</summary>
    ListCollections = 10,

    /// <summary>Makes an empty collection. Scope: admin. Not to be sent again when the connection breaks: look whether it exists.</summary>
    CreateCollection = 11,

    /// <summary>Asks what is fixed for a collection. Scope: read.</summary>
    DescribeCollection = 12,

    /// <summary>Deletes a collection. Scope: admin. Not to be sent again when the connection breaks.</summary>
    DropCollection = 13,

    /// <summary>Takes a checkpoint of every collection. Scope: admin.</summary>
    CheckpointDatabase = 14,

    /// <summary>Copies the database into a directory of the server's machine. Scope: admin.</summary>
    Backup = 15,

    /// <summary>Stores new records. Scope: write. With a stamp it can be sent again until it is answered.</summary>
    Insert = 20,

    /// <summary>
    /// Stores records in place of those with the same ids. Scope: write. With a stamp it can be sent again until it is answered.
    /// </summary>
    Upsert = 21,

    /// <summary>Deletes records. Scope: write. With a stamp it can be sent again until it is answered.</summary>
    Delete = 22,

    /// <summary>Reads records by id. Scope: read. The answer may come in several frames.</summary>
    Get = 23,

    /// <summary>All items within a Hamming radius of one query. Scope: read. The answer may come in several frames.</summary>
    Probe = 24,

    /// <summary>The nearest items of one query. Scope: read. The answer may come in several frames.</summary>
    Search = 25,

    /// <summary>The nearest items of many queries. Scope: read. The answer may come in several frames.</summary>
    SearchBatch = 26,

    /// <summary>Asks for the figures of a collection, once. Scope: read.</summary>
    GetStatistics = 27,

    /// <summary>Asks for the buckets with the most items. Scope: read. The answer may come in several frames.</summary>
    GetLargestBuckets = 28,

    /// <summary>Takes a checkpoint of one collection. Scope: admin.</summary>
    Checkpoint = 29,

    /// <summary>Rewrites a collection without its dead rows. Scope: admin.</summary>
    Compact = 30,

    /// <summary>Asks which sequence number the next stamped write of a client id must have. Scope: write.</summary>
    GetNextSequenceNumber = 31,

    /// <summary>
    /// Asks for the figures of a collection again and again: an answer frame with <see cref="FrameFlags.More"/> at once and
    /// after every interval, until the request is cancelled. Scope: read.
    /// </summary>
    SubscribeStatistics = 32,

    /// <summary>All items within a Hamming radius of each of many queries. Scope: read. The answer may come in several frames.</summary>
    ProbeBatch = 33,

    /// <summary>
    /// Asks for the floor of a client id, with which its first write is known to be new, and for its next sequence number. An older
    /// server does not know it and wants no floors. Scope: write.
    /// </summary>
    Register = 34,

    /// <summary>Lists records without a vector. Scope: read. The answer may come in several frames.</summary>
    List = 35,

    /// <summary>Counts records that match a filter. Scope: read.</summary>
    Count = 36,

    /// <summary>Deletes the records that match a filter. Scope: write.</summary>
    DeleteMatching = 37,

    /// <summary>Sets fields of a record. Scope: write.</summary>
    UpdateFields = 38,

    /// <summary>Teaches the draft model. Scope: write. With a stamp it can be sent again until it is answered.</summary>
    Learn = 40,

    /// <summary>Makes the draft the model of a new generation. Scope: admin. The final answer follows frames of progress.</summary>
    Publish = 41,

    /// <summary>Moves a collection to another model while it serves. Scope: admin. The final answer follows frames of progress.</summary>
    Reindex = 42,

    /// <summary>Goes back to the previous generation. Scope: admin. The final answer follows frames of progress.</summary>
    Rollback = 43,

    /// <summary>Throws the draft away. Scope: admin. With a stamp it can be sent again until it is answered.</summary>
    DiscardDraft = 44,

    /// <summary>Asks what the draft has learned. Scope: read.</summary>
    DescribeDraft = 45,

    /// <summary>Gives up the previous generation that was kept. Scope: admin.</summary>
    DropPrevious = 46,

    /// <summary>
    /// All items within a Hamming radius of each of many given hashcodes. Scope: read. The answer may come in several frames.
    /// </summary>
    ProbeHashcodes = 47,

    /// <summary>Gives a field an index. Scope: admin.</summary>
    CreateIndex = 48,

    /// <summary>Takes the index of a field away. Scope: admin.</summary>
    DropIndex = 49,

    /// <summary>Asks for the field indexes. Scope: read.</summary>
    ListIndexes = 50,
}
