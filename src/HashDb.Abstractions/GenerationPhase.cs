namespace HashDb;

/// <summary>What the building of a generation is at.</summary>
public enum GenerationPhase
{
    /// <summary>Rows are copied (compaction), or their vectors are encoded under the new model.</summary>
    Rows = 0,

    /// <summary>Posting tables are built from the hashcodes.</summary>
    Postings = 1,

    /// <summary>Rows that were written meanwhile are added.</summary>
    CatchUp = 2,

    /// <summary>The new generation is made durable and takes the place of the old.</summary>
    Switch = 3,

    /// <summary>Sketches are made of the rows, and measured.</summary>
    Sketches = 4,
}
