"""Measures HashDb and its peers in turns, and writes a table, a JSON lines file and a chart. run.sh prepares and calls it."""
import argparse
import json
import os
import platform
import subprocess
import sys

import datasets
import report

HERE = os.path.dirname(os.path.abspath(__file__))
TARGETS = ["0.8", "0.9", "0.95", "0.98", "0.99"]
GRAPH = ["10", "14", "20", "28", "40", "56", "80", "112", "160", "224", "320", "448", "640", "896", "1280"]
LISTS = ["1", "2", "3", "4", "6", "8", "12", "16", "24", "32", "48", "64", "96", "128", "192", "256"]

# From here on a higher setting says nothing more about the recalls that are compared.
ENOUGH = 0.9985

# One thread each; libraries that start threads of their own are told so as well.
ENVIRONMENT = os.environ | {
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "DOTNET_gcServer": "0", "DOTNET_TieredPGO": "1", "PYTHONDONTWRITEBYTECODE": "1",
}


class Failed(Exception):
    pass


class Peer:
    """A running peer. It builds its index when it starts and then measures what it is told to."""

    def __init__(self, name, command, facts, folder, options):
        self.name = name
        index = os.path.join(folder, f"{name.replace(' ', '-')}.index")
        kept = index + ".json"
        if options.rebuild:
            for path in (index, kept):
                if os.path.exists(path):
                    os.remove(path)
        arguments = [os.path.join(folder, "base.f32"), os.path.join(folder, "queries.f32"), str(facts["dimensions"]),
                     facts["metric"], str(datasets.TOP), index]
        at = command.index("DATA")
        pin = ["taskset", "-c", str(options.core)]
        self.log = open(index + ".log", "w+")
        self.process = subprocess.Popen(
            pin + command[:at] + arguments + command[at + 1:], env=ENVIRONMENT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log)
        self.ready = self.answer()
        # The figures of a build are kept with the index that it made.
        if self.ready["built"]:
            with open(kept, "w") as file:
                json.dump(self.ready, file)
        elif os.path.exists(kept):
            with open(kept) as file:
                self.ready = json.load(file) | {"built": False, "about": self.ready["about"]}

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.log.seek(0)
            lines = [text.strip() for text in self.log.read().splitlines() if text.strip()]
            told = [text for text in lines if "Exception" in text or "Error" in text] or lines[-1:]
            raise Failed((told[0].split("Exception: ")[-1] if told else f"it ended with {self.process.returncode}")[:300])
        return json.loads(line)

    def measure(self, setting, seconds, results="-"):
        self.process.stdin.write(f"{setting} {seconds} {results}\n")
        self.process.stdin.flush()
        answer = self.answer()
        return answer["queries"] / answer["seconds"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.log.close()


def peers(options):
    """Names, commands and settings, and why one cannot be run."""
    python = [sys.executable]
    dotnet = ["dotnet", options.net] if options.net else None
    native = os.path.join(options.out, "peer_hnswlib")
    usearch = dotnet and os.path.exists(os.path.join(os.path.dirname(options.net), "runtimes"))

    def module(name, file, *rest):
        ready = subprocess.run(python + ["-c", f"import {name}"], capture_output=True).returncode == 0
        return (python + [os.path.join(HERE, file), "DATA", *rest]) if ready else f"there is no Python module {name}"

    yield "hnswlib native", [native, "DATA"] if os.path.exists(native) else "its source or a C++ compiler is missing", GRAPH
    for scalar in ("f32", "f16", "i8"):
        command = [*dotnet, "DATA", "usearch", scalar] if usearch else "NuGet's Cloud.Unum.USearch is missing"
        yield f"USearch {scalar}", command, GRAPH
    yield "hnswlib Debian", module("hnswlib", "peer_hnswlib.py"), GRAPH
    yield "FAISS HNSW", module("faiss", "peer_faiss.py", "hnsw"), GRAPH
    yield "FAISS IVF", module("faiss", "peer_faiss.py", "ivf"), LISTS
    yield "FAISS Flat", module("faiss", "peer_faiss.py", "flat"), ["1", "100"]
    yield "numpy", module("numpy", "peer_numpy.py"), ["1", "100"]


class Curve:
    """A peer's settings with their recall, and the speed in each round."""

    def __init__(self, peer, settings, truth, out):
        self.peer, self.points = peer, []
        path = os.path.join(out, "found.i64")
        for setting in settings:
            peer.measure(setting, 0.01, path)
            recall = truth.recall(path)
            self.points.append({"setting": setting, "recall": recall, "rounds": []})
            earlier = [point["recall"] for point in self.points[:-3]]
            risen = not earlier or recall > max(earlier) + 0.0005
            if settings in (GRAPH, LISTS) and (recall >= ENOUGH or not risen):
                break

    def run(self, seconds):
        for point in self.points:
            point["rounds"].append(self.peer.measure(point["setting"], seconds))


def compare(name, folder, options):
    """HashDb stays; each peer comes, takes turns with it and goes, so that only one index beside HashDb's is in memory."""
    truth = datasets.Truth(folder)
    lines, skipped = [], []

    def add(curve, beside):
        for point in curve.points:
            lines.append({"data": name, "peer": curve.peer.name, "beside": beside, **point, **curve.peer.ready,
                          "insertsPerSecond": truth.facts["rows"] / curve.peer.ready["insertSeconds"]})

    say(f"{name}: HashDb builds")
    ours = Peer("HashDb", ["dotnet", options.net, "DATA", "hashdb"], truth.facts, folder, options)
    first = Curve(ours, TARGETS, truth, options.out)
    for peer_name, command, settings in peers(options):
        if options.peers and not any(word.lower() in peer_name.lower() for word in options.peers.split(",")):
            continue
        if isinstance(command, str):
            skipped.append((peer_name, command))
            say(f"{name}: SKIPPED {peer_name}: {command}")
            continue
        try:
            say(f"{name}: {peer_name} builds")
            peer = Peer(peer_name, command, truth.facts, folder, options)
            theirs = Curve(peer, settings, truth, options.out)
            again = Curve(ours, [], truth, options.out)
            again.points = [{**point, "rounds": []} for point in first.points]
            for _ in range(options.rounds):
                again.run(options.seconds)
                theirs.run(options.seconds)
            peer.close()
        except Failed as failure:
            skipped.append((peer_name, str(failure)))
            say(f"{name}: SKIPPED {peer_name}: {failure}")
            continue
        add(again, peer_name)
        add(theirs, peer_name)
        # Written after each peer, so that a run that is cut short leaves what it has measured.
        report.write(truth.facts, lines, skipped, machine(), options)
    ours.close()
    print(report.write(truth.facts, lines, skipped, machine(), options), flush=True)


def say(text):
    print(text, file=sys.stderr, flush=True)


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end; Linux {platform.release()}"


def main():
    parser = argparse.ArgumentParser(prog="run.sh", description=__doc__)
    parser.add_argument("--data", default="gist", help=f"one or more of {', '.join(datasets.NAMES)}, with commas between them")
    parser.add_argument("--seconds", type=float, default=1, help="for each setting in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", help="only those whose name contains one of these words, with commas between them")
    parser.add_argument("--core", type=int, default=os.cpu_count() - 1, help="the core that everything measured runs on")
    parser.add_argument("--rebuild", action="store_true", help="do not use the indexes that an earlier run has left")
    parser.add_argument("--out", default=os.path.join(HERE, "out"), help="folder for the sets, the indexes and the results")
    parser.add_argument("--net", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    unknown = [name for name in options.data.split(",") if name not in datasets.NAMES]
    if unknown:
        parser.error(f"there is no data '{unknown[0]}'; there is {', '.join(datasets.NAMES)}")
    os.makedirs(options.out, exist_ok=True)
    status = 0
    for name in [one for names in options.data.split(",") for one in datasets.NAMES[names]]:
        try:
            say(f"{name}: the vectors and their true neighbours")
            folder = datasets.prepare(name, options.out)
        except datasets.Missing as missing:
            print(f"SKIPPED {name}: {missing}")
            status = 1
            continue
        compare(name, folder, options)
    return status


sys.exit(main())
