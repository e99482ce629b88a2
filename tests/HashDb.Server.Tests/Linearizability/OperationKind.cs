namespace HashDb.Server.Tests.Linearizability;

/// <summary>What an operation did to the record of one id, or saw of it.</summary>
internal enum OperationKind
{
    /// <summary>Stored a version in place of whatever was there. Its answer may tell whether something was.</summary>
    Upsert,

    /// <summary>Stored a version if nothing was there; its answer tells which.</summary>
    Insert,

    /// <summary>Left nothing there. Its answer may tell whether something was.</summary>
    Delete,

    /// <summary>Saw a version, or that nothing was there.</summary>
    Read,

    /// <summary>Saw that one version was not there, and nothing else.</summary>
    Miss,
}
