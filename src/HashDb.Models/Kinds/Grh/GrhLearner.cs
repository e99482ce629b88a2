namespace HashDb.Models.Kinds.Grh;

/// <summary>What learns a bit of graph regularised hashing.</summary>
public enum GrhLearner
{
    /// <summary>Linear support vector machine with squared hinge loss, as published.</summary>
    Svm = 0,

    /// <summary>Passive-aggressive passes over the rows.</summary>
    PassiveAggressive = 1,

    /// <summary>Ridge regression of the signs: one factorisation for all bits.</summary>
    Ridge = 2,

    /// <summary>Ridge regression over radial basis functions: the strongest; gives a kernel model.</summary>
    Kernel = 3,
}
