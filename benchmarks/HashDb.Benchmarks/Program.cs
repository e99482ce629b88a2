// `ratios` compares the encode kernel with library products, `engine [FOLDER]` measures the engine end to end; anything else
// goes to BenchmarkDotNet, such as `--filter *Projection*`.
using BenchmarkDotNet.Running;
using HashDb.Benchmarks;

switch (args)
{
    case ["ratios"]:
        ProjectionRatios.Print(Console.Out);
        break;
    case ["engine", .. string[] rest]:
        await EngineBenchmark.RunAsync(rest, Console.Out);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(ProjectionRatios).Assembly).Run(args);
        break;
}
