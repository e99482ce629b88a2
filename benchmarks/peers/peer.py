"""The side of a peer in Python. README.md says what is spoken with peers.py over standard input and output.

A peer is an object with build(), load(path), save(path), setting(text), search(queries) -> ids, bytes_per_vector() and about.
search is given `batch` queries at a time, in rows.
"""
import json
import os
import sys
import time

import numpy as np

# A setting that is slower than this over all queries has its recall taken over those that were answered in the time.
RECALL_SECONDS = 20


class Data:
    def __init__(self, arguments):
        base, queries, dimensions, self.metric, top, self.index = arguments[:6]
        self.options = arguments[6:]
        self.dimensions, self.top = int(dimensions), int(top)
        self.base = np.memmap(base, np.float32, "r").reshape(-1, self.dimensions)
        self.queries = np.fromfile(queries, np.float32).reshape(-1, self.dimensions)


def say(**values):
    print(json.dumps(values), flush=True)


def serve(peer, data):
    """Builds or loads the index, says so, and answers one line after the other until the input ends."""
    started = time.perf_counter()
    kept = data.index != "-" and os.path.exists(data.index)
    if kept:
        peer.load(data.index)
    else:
        peer.build()
    seconds = time.perf_counter() - started
    if not kept and data.index != "-":
        peer.save(data.index)
    say(built=not kept, insertSeconds=seconds, readySeconds=seconds, bytesPerVector=peer.bytes_per_vector(), about=peer.about)
    place = 0
    for line in sys.stdin:
        setting, seconds, results = line.split()
        batch = peer.setting(setting)
        if results != "-":
            recall_pass(peer, data, batch, results)
        count, started, limit = 0, time.perf_counter(), float(seconds)
        while (elapsed := time.perf_counter() - started) < limit:
            rows = data.queries[place:place + batch]
            peer.search(rows)
            count += len(rows)
            place = place + batch if place + batch < len(data.queries) else 0
        say(queries=count, seconds=elapsed)


def recall_pass(peer, data, batch, results):
    found, started = [], time.perf_counter()
    for first in range(0, len(data.queries), batch):
        found.append(np.asarray(peer.search(data.queries[first:first + batch]), np.int64).reshape(-1, data.top))
        if time.perf_counter() - started > RECALL_SECONDS:
            break
    np.concatenate(found).tofile(results)
