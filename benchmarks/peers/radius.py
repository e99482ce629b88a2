"""Measures batches of given hashcodes within a radius: HashDb and FAISS's binary indexes in turns. radius.sh prepares and calls it."""
import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time

import faiss
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
# What is asked of HashDb, as a share of the rate of FAISS's best index.
ASKED = {32: {0: 0.25, 1: 0.6, 2: 2, 3: 4, 4: 8}, 64: {2: 1, 4: 1, 6: 2, 8: 2}, 128: {8: 1, 16: 2}}
HASHES = {32: [(1, 32), (1, 24), (1, 16), (2, 16)], 64: [(3, 21), (4, 16)], 128: [(4, 32), (8, 16)]}
# A setting whose batch would take longer is left out: it is not the best one.
MAX_SECONDS = 20
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "DOTNET_gcServer": "0"}


class HashDb:
    def __init__(self, options, bits, data, folder):
        command = ["taskset", "-c", str(options.core), "dotnet", options.net, "radius-peer", folder, str(bits), data, str(options.rows)]
        self.process = subprocess.Popen(
            command, env=ENVIRONMENT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"HashDb ended with {self.process.wait()}")
        return json.loads(line)

    def measure(self, radius, seconds, answers="-"):
        self.process.stdin.write(f"{radius} {seconds} {answers}\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def padded(codes, bits):
    """FAISS wants whole bytes, and for its hashes as many as they read; shorter codes are padded with zeros."""
    return np.ascontiguousarray(np.pad(codes, ((0, 0), (0, max(0, bits // 8 - codes.shape[1])))))


def indexes(bits, codes):
    """FAISS's indexes for codes of a length, built on demand: a hash index must be made anew, for it cannot be reset."""
    yield "Flat", lambda radius: faiss.IndexBinaryFlat(bits), lambda index, radius: None
    for tables, width in HASHES[bits]:
        # With one table nflip bits are flipped; with m of them one has at most radius // m flips.
        flips = (lambda tables: lambda index, radius: setattr(index, "nflip", radius // tables))(tables)
        make = (lambda tables, width: lambda radius: faiss.IndexBinaryHash(bits, width) if tables == 1
                else faiss.IndexBinaryMultiHash(bits, tables, width))(tables, width)
        yield f"{'Hash' if tables == 1 else 'MultiHash'} {tables}x{width}", make, flips


def search(index, queries, radius):
    # FAISS finds what is nearer than a radius.
    return index.range_search(queries, radius + 1)


def same(found, path, count):
    """Compares FAISS's answers, which come in any order, with HashDb's."""
    limits, distances, ids = found
    offsets = np.fromfile(path + ".offsets", np.int32)
    ours = np.fromfile(path + ".ids", np.uint64)
    far = np.fromfile(path + ".distances", np.int32)
    for i in range(count):
        theirs = sorted(zip(distances[limits[i]:limits[i + 1]].astype(int).tolist(), ids[limits[i]:limits[i + 1]].astype(int).tolist()))
        if theirs != list(zip(far[offsets[i]:offsets[i + 1]].tolist(), ours[offsets[i]:offsets[i + 1]].astype(int).tolist())):
            return False
    return True


def measure(index, queries, radius, seconds):
    """Queries a second; of a slow index fewer queries are asked."""
    count, batches, started = len(queries), 0, time.perf_counter()
    while True:
        search(index, queries, radius)
        batches += 1
        took = time.perf_counter() - started
        if took >= seconds:
            return batches * count / took


def compare(bits, data, options):
    folder = os.path.join(options.out, f"radius-{bits}-{data}")
    shutil.rmtree(folder, ignore_errors=True)
    ours = HashDb(options, bits, data, folder)
    codes = padded(np.fromfile(os.path.join(folder, "codes.u8"), np.uint8).reshape(-1, bits // 8), bits)
    built = {}
    for radius in options.radii or sorted(ASKED[bits]):
        path = os.path.join(folder, f"answers-{radius}")
        ours.measure(radius, 0.3)
        way = ours.measure(radius, 0.01, path)["way"]
        queries = padded(np.fromfile(path + ".queries", np.uint8).reshape(-1, bits // 8), bits)
        rates, ratios, identical = {}, {}, True
        for name, make, set_flips in indexes(bits, codes):
            if name not in built:
                built[name] = make(radius)
                built[name].add(codes)
            set_flips(built[name], radius)
            started = time.perf_counter()
            search(built[name], queries[:20], radius)
            a_query = (time.perf_counter() - started) / 20
            asked = queries[:max(20, min(len(queries), int(options.seconds * 2 / a_query)))]
            if a_query * 20 > MAX_SECONDS:
                continue
            checked = asked[:2000]
            identical &= same(search(built[name], checked, radius), path, len(checked))
            for _ in range(options.rounds):
                answer = ours.measure(radius, options.seconds)
                mine = answer["queries"] / answer["seconds"]
                theirs = measure(built[name], asked, radius, options.seconds)
                rates.setdefault(name, []).append(theirs)
                ratios.setdefault(name, []).append(mine / theirs)
                rates.setdefault("HashDb", []).append(mine)
        best = max((name for name in ratios), key=lambda name: np.median(rates[name]))
        line = {"bits": bits, "data": data, "radius": radius, "rows": len(codes), "hashdb": float(np.median(rates["HashDb"])), "way": way,
                "best": best, "faiss": float(np.median(rates[best])), "ratio": float(np.median(ratios[best])),
                "leastRatio": float(min(ratios[best])), "asked": ASKED[bits].get(radius), "identical": bool(identical),
                "all": {name: float(np.median(rate)) for name, rate in rates.items()}}
        print(f"{bits:4} bits {data:9} radius {radius:2}: HashDb {line['hashdb']:12,.0f}/s ({way}), FAISS {best} {line['faiss']:12,.0f}/s, "
              f"ratio {line['ratio']:.2f} (least {line['leastRatio']:.2f}, asked {line['asked']}), "
              f"{'identical' if identical else 'DIFFERENT'}", flush=True)
        with open(os.path.join(options.out, "radius.jsonl"), "a") as file:
            file.write(json.dumps(line) + "\n")
    ours.close()
    shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(prog="radius.sh", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--bits", type=lambda text: [int(one) for one in text.split(",")], default=sorted(ASKED))
    parser.add_argument("--data", type=lambda text: text.split(","), default=["uniform", "clustered"])
    parser.add_argument("--radii", type=lambda text: [int(one) for one in text.split(",")], help="instead of those that are asked for")
    parser.add_argument("--seconds", type=float, default=0.5, help="for each index in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", type=int, default=os.cpu_count() - 1, help="the core that everything measured runs on")
    parser.add_argument("--out", default=os.path.join(HERE, "out"))
    parser.add_argument("--net", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    os.sched_setaffinity(0, {options.core})
    faiss.omp_set_num_threads(1)
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    print(f"{options.rows:,} rows, batches of 10,000 hashcodes (fewer for slow indexes), one thread; FAISS {faiss.__version__} "
          f"({faiss.get_compile_options().strip()}); {model}, load {os.getloadavg()[0]:.1f}", flush=True)
    for bits in options.bits:
        for data in options.data:
            compare(bits, data, options)
    print(f"load {os.getloadavg()[0]:.1f} at the end")


main()
