namespace HashDb.Protocol;

/// <summary>What a frame is. A request has none of these.</summary>
[Flags]
internal enum FrameFlags
{
    /// <summary>A request.</summary>
    None = 0,

    /// <summary>An answer to the request with the same id.</summary>
    Answer = 1,

    /// <summary>The answer is an error; always together with <see cref="Answer"/>, never with <see cref="More"/>.</summary>
    Error = 2,

    /// <summary>Further answer frames of the same request follow.</summary>
    More = 4,
}
