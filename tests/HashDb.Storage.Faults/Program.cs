// Long runs of the fault tests, and the worker process that the kill test kills.
//
//   kill [rounds] [seed]            kill test at random moments
//   live-kill [rounds] [seed]       kill test within changes of generation
//   crash-points [seed]             kill test at every fault point
//   damage [cases|all] [seed] [end] [part]
//                                   damage test: every byte of every file, or so many cases of each kind for each file; on all
//                                   samples or the one whose process ended so; only files with the part in their path
//   power-loss [states] [seed]      states after a loss of power, of one recorded run
//   power-loss-state RECORDING SEED CALL LOSS STATESEED
//                                   one of them again
//   power-loss-worker ...           the process that is recorded
//   call-faults [cases|all] [seed] [pattern] [states]
//                                   failing system calls: all, or so many; only cases whose text matches; of
//                                   each so many states after a loss of power
//   halts CASES                     processes that are stopped at a call, and the power goes after the next one has begun
//   forgotten-flushes               failing flushes, on a system that does not write again what they have not written
//   call-fault-worker ...           the process whose calls fail
//   worker ...                      started by the kill test
//   flush-faults FOLDER STEP ERROR  started by the flush test
using System.Globalization;
using HashDb.Storage.Faults;
using HashDb.Storage.Faults.Damaging;
using HashDb.Storage.Faults.Failing;
using HashDb.Storage.Faults.Killing;
using HashDb.Storage.Faults.PowerLoss;

return args switch
{
    ["worker", .. string[] options] => await KillWorker.RunAsync(WorkerOptions.Parse(options)),
    ["flush-faults", string folder, string step, string error] => await FlushFaults.RunAsync(folder, step, Number(error)),
    [PowerLossWorker.Command, string folder, string seed, string parts] => await PowerLossWorker.RunAsync(folder, seed, parts),
    ["power-loss"] => await LongRuns.PowerLossAsync(10_000, 1),
    ["power-loss", string states] => await LongRuns.PowerLossAsync(Number(states), 1),
    ["power-loss", string states, string seed] => await LongRuns.PowerLossAsync(Number(states), (ulong)Number(seed)),
    [PowerLossRun.StateCommand, string recording, string seed, string call, string loss, string stateSeed] =>
        await LongRuns.PowerLossStateAsync(
            recording, Seed(seed), new CrashState(Number(call), LossModel.Parse(loss), Seed(stateSeed))),
    [FailingWorker.Command, string folder, string cases] => await FailingWorker.RunAsync(folder, cases),
    ["call-faults"] => await LongRuns.CallFaultsAsync(null, 1, ""),
    ["call-faults", string cases] => await LongRuns.CallFaultsAsync(Cases(cases), 1, ""),
    ["call-faults", string cases, string seed] => await LongRuns.CallFaultsAsync(Cases(cases), Number(seed), ""),
    ["call-faults", string cases, string seed, string part] => await LongRuns.CallFaultsAsync(Cases(cases), Number(seed), part),
    ["call-faults", string cases, string seed, string part, string states] =>
        await LongRuns.CallFaultsAsync(Cases(cases), Number(seed), part, Number(states)),
    ["halts", string cases] => await LongRuns.CallFaultsAsync(Cases(cases), 1, "^Halt", 60, spread: 300),
    ["forgotten-flushes"] => await LongRuns.CallFaultsAsync(null, 1, "^Flush [0-9]+ ends with EIO", 60, spread: 300, forgets: true),
    ["kill"] => await LongRuns.KillAsync(200, 1),
    ["kill", string rounds] => await LongRuns.KillAsync(Number(rounds), 1),
    ["kill", string rounds, string seed] => await LongRuns.KillAsync(Number(rounds), (ulong)Number(seed)),
    ["live-kill"] => await LongRuns.LiveKillAsync(200, 1),
    ["live-kill", string rounds] => await LongRuns.LiveKillAsync(Number(rounds), 1),
    ["live-kill", string rounds, string seed] => await LongRuns.LiveKillAsync(Number(rounds), (ulong)Number(seed)),
    ["crash-points"] => await LongRuns.CrashPointsAsync(1),
    ["crash-points", string seed] => await LongRuns.CrashPointsAsync((ulong)Number(seed)),
    ["damage"] => await LongRuns.DamageAsync(null, 1, null, ""),
    ["damage", string cases] => await LongRuns.DamageAsync(Cases(cases), 1, null, ""),
    ["damage", string cases, string seed] => await LongRuns.DamageAsync(Cases(cases), Number(seed), null, ""),
    ["damage", string cases, string seed, string end] =>
        await LongRuns.DamageAsync(Cases(cases), Number(seed), Enum.Parse<SampleEnd>(end), ""),
    ["damage", string cases, string seed, string end, string part] =>
        await LongRuns.DamageAsync(Cases(cases), Number(seed), Enum.Parse<SampleEnd>(end), part),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static ulong Seed(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);

static int? Cases(string text) => text == "all" ? null : Number(text);

static int Usage()
{
    Console.Error.WriteLine(
        "usage: power-loss [states] [seed] | call-faults [cases|all] [seed] [pattern] [states] | halts CASES | forgotten-flushes | "
        + "kill [rounds] [seed] | live-kill [rounds] [seed] | crash-points [seed] | damage [cases|all] [seed] "
        + "[Closed|Killed|KilledInCheckpoint] [part]");
    return 2;
}
