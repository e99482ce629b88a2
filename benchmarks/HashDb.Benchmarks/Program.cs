// `ratios` prints quick comparisons; anything else goes to BenchmarkDotNet, such as `--filter *Projection*`.
using BenchmarkDotNet.Running;
using HashDb.Benchmarks;

if (args is ["ratios"])
    ProjectionRatios.Print(Console.Out);
else
    BenchmarkSwitcher.FromAssembly(typeof(ProjectionRatios).Assembly).Run(args);
