// Long runs of the fault tests, and the worker process that the kill test kills.
//
//   kill [rounds] [seed]            kill test at random moments
//   crash-points [seed]             kill test at every fault point
//   damage [cases] [seed]           damage test: every byte of every file, or so many of each kind for each file
//   worker ...                      started by the kill test
using System.Globalization;
using HashDb.Storage.Faults;
using HashDb.Storage.Faults.Killing;

return args switch
{
    ["worker", .. string[] options] => await KillWorker.RunAsync(WorkerOptions.Parse(options)),
    ["kill"] => await LongRuns.KillAsync(200, 1),
    ["kill", string rounds] => await LongRuns.KillAsync(Number(rounds), 1),
    ["kill", string rounds, string seed] => await LongRuns.KillAsync(Number(rounds), (ulong)Number(seed)),
    ["crash-points"] => await LongRuns.CrashPointsAsync(1),
    ["crash-points", string seed] => await LongRuns.CrashPointsAsync((ulong)Number(seed)),
    ["damage"] => await LongRuns.DamageAsync(null, 1),
    ["damage", string cases] => await LongRuns.DamageAsync(Number(cases), 1),
    ["damage", string cases, string seed] => await LongRuns.DamageAsync(Number(cases), Number(seed)),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("usage: kill [rounds] [seed] | crash-points [seed] | damage [cases] [seed]");
    return 2;
}
