// `ratios` compares the encode kernel with library products, `engine [FOLDER]` measures the engine end to end,
// `training [FEATURES LABELS [ROWS]]` times training beside OpenBLAS, `spill [FOLDER]` compares a small posting memory with a large
// one, `learning [FOLDER]` measures learning from a stream, `server [FOLDER [SECONDS]]` compares the server with the engine,
// `allocation [FOLDER]` counts what a call leaves to the garbage collector, `scrape [FOLDER]` times a scrape of many collections;
// `filters [ROWS|SET [FOLDER]]` measures what a filter costs a search, `fields [ROWS [FOLDER]]` what fields and their indexes cost writing
// and opening;
// `radius [ROWS [SECONDS [BITS]]]` measures batches of given hashcodes, `radius-peer` is started by benchmarks/peers/radius.sh;
// `hostile-mix` is started by scripts/hostile-mix.sh; anything else goes to BenchmarkDotNet, such as
// `--filter *Projection*`.
using BenchmarkDotNet.Running;
using HashDb.Benchmarks;

switch (args)
{
    case ["ratios"]:
        ProjectionRatios.Print(Console.Out);
        break;
    case ["import", string folder]:
        Directory.CreateDirectory(folder);
        await ImportBenchmark.RunAsync(folder, new Report(Console.Out));
        Directory.Delete(folder, recursive: true);
        break;
    case ["training", .. string[] rest]:
        TrainingBenchmark.Run(rest, Console.Out);
        break;
    case ["learning", .. string[] rest]:
        LearnerBenchmark.Run(new Report(Console.Out));
        await EngineBenchmark.InFolderAsync(rest, folder => DurableLearning.RunAsync(folder, new Report(Console.Out)));
        break;
    case ["spill", .. string[] rest]:
        await SpillBenchmark.RunAsync(rest, Console.Out);
        break;
    case ["filters", .. string[] rest]:
        await FilterBenchmark.RunAsync(rest, Console.Out);
        break;
    case ["fields", .. string[] rest]:
        await FieldBenchmark.RunAsync(rest, Console.Out);
        break;
    case ["radius", .. string[] rest]:
        await RadiusBenchmark.RunAsync(rest, Console.Out);
        break;
    case ["radius-peer", string folder, string bits, string data, string rows]:
        await RadiusBenchmark.ServeAsync(folder, bits, data, rows);
        break;
    case ["reindex", .. string[] rest]:
        await ReindexBenchmark.RunAsync(rest, Console.Out);
        break;
    case ["allocation", .. string[] rest]:
        await EngineBenchmark.InFolderAsync(rest, folder => AllocationBenchmark.RunAsync(folder, Console.Out));
        break;
    case ["server", .. string[] rest]:
        await ServerBenchmark.RunAsync(rest, Console.Out);
        break;
    case ["scrape", .. string[] rest]:
        await EngineBenchmark.InFolderAsync(rest, folder => ScrapeBenchmark.RunAsync(folder, Console.Out));
        break;
    case ["hostile-mix", .. string[] rest]:
        return await HostileMix.RunAsync(rest, Console.Out);
    case ["hostile-attack", .. string[] rest]:
        await HostileAttack.RunAsync(rest);
        break;
    case ["server-child", string folder]:
        await ServerChild.RunAsync(folder);
        break;
    case ["engine", .. string[] rest]:
        await EngineBenchmark.RunAsync(rest, Console.Out);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(ProjectionRatios).Assembly).Run(args);
        break;
}

return 0;
