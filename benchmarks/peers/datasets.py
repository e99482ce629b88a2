"""Makes the sets of vectors: base.f32 and queries.f32 (row-major float32), truth.i64 (the ids of the true nearest) and set.json.

Rows of a cosine set are stored with length 1, which changes no order and spares every peer the division.
"""
import gzip
import json
import os

import numpy as np

TOP = 10
QUERIES = 1_000
ROWS = 1_000_000
SEED = 20_26

# Where files are looked for; the environment names other places.
GIST = "HASHDB_PEERS_GIST"
MNIST = "HASHDB_PEERS_MNIST"
FASHION = "HASHDB_PEERS_FASHION"
HERE = os.path.dirname(os.path.abspath(__file__))
PLACES = {
    GIST: ["out/gist.npy"],
    MNIST: ["out/train-images-idx3-ubyte.gz"],
    FASHION: ["../../data/fashion-mnist/t10k-images-idx3-ubyte.gz"],
}

# Names of --data, the sets that each is.
NAMES = {
    "gist": ["gist-euclidean", "gist-cosine"],
    "windows": ["windows-euclidean"],
    "noisy-gist": ["noisy-gist-euclidean"],
}
NAMES |= {name: [name] for names in list(NAMES.values()) for name in names} | {"noisy-gist-cosine": ["noisy-gist-cosine"]}


class Missing(Exception):
    pass


def find(variable):
    given = os.environ.get(variable)
    for path in [given] if given else [os.path.join(HERE, place) for place in PLACES[variable]]:
        if os.path.exists(path):
            return path
    raise Missing(f"{variable} names no file, and there is no {' or '.join(PLACES[variable])}")


def gist():
    rows = np.load(find(GIST)).astype(np.float32)
    return rows[:-QUERIES], rows[-QUERIES:]


def noisy_gist():
    """A million rows, each a row of GIST plus Gaussian noise whose length is .3 of the mean distance to the nearest neighbour."""
    base, queries = gist()
    random = np.random.default_rng(SEED)
    sample = base[random.choice(len(base), 500, replace=False)]
    nearest = np.sqrt(np.maximum(np.sort(squared_distances(sample, base), axis=1)[:, 1], 0)).mean()
    deviation = 0.3 * nearest / np.sqrt(base.shape[1])

    def noisy(rows):
        return rows + random.standard_normal(rows.shape, np.float32) * np.float32(deviation)

    made = np.empty((ROWS, base.shape[1]), np.float32)
    for first in range(0, ROWS, 10_000):
        made[first:first + 10_000] = noisy(base[random.integers(0, len(base), 10_000)])
    return made, noisy(queries)


def pictures(variable):
    with gzip.open(find(variable)) as file:
        file.read(16)
        return np.frombuffer(file.read(), np.uint8).reshape(-1, 28, 28)


def windows():
    """12 x 12 windows at the offsets 0, 4, ..., 16, without those that are nearly of one colour."""
    cut = []
    for variable in (MNIST, FASHION):
        images = pictures(variable)
        for y in range(0, 17, 4):
            for x in range(0, 17, 4):
                window = images[:, y:y + 12, x:x + 12].reshape(-1, 144).astype(np.float32)
                cut.append(window[window.std(axis=1) > 40])
    rows = np.concatenate(cut)
    order = np.random.default_rng(SEED).permutation(len(rows))[:ROWS]
    rows = rows[order]
    return rows[:-QUERIES], rows[-QUERIES:]


def squared_distances(queries, base, lengths=None):
    if lengths is None:
        lengths = np.einsum("ij,ij->i", base, base)
    return (queries ** 2).sum(1)[:, None] + lengths[None] - 2 * (queries @ base.T)


def nearest(queries, base):
    """The true nearest by blocks, then ordered by distances that are computed exactly."""
    best, lengths = [], np.einsum("ij,ij->i", base, base)
    for first in range(0, len(queries), 50):
        some = queries[first:first + 50]
        rough = np.argpartition(squared_distances(some, base, lengths), 2 * TOP, axis=1)[:, :2 * TOP]
        exact = exact_distances(some, base, rough)
        best.append(np.take_along_axis(rough, np.argsort(exact, axis=1, kind="stable")[:, :TOP], 1))
    return np.concatenate(best).astype(np.int64)


def exact_distances(queries, base, ids):
    return np.sqrt(((base[ids].astype(np.float64) - queries[:, None, :]) ** 2).sum(2))


def prepare(name, folder):
    """The folder of the set, which is made if it is not there."""
    target = os.path.join(folder, name)
    if os.path.exists(os.path.join(target, "set.json")):
        return target
    family, metric = name.rsplit("-", 1)
    base, queries = {"gist": gist, "windows": windows, "noisy-gist": noisy_gist}[family]()
    if metric == "cosine":
        base, queries = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (base, queries))
    base, queries = np.ascontiguousarray(base, np.float32), np.ascontiguousarray(queries, np.float32)
    os.makedirs(target, exist_ok=True)
    base.tofile(os.path.join(target, "base.f32"))
    queries.tofile(os.path.join(target, "queries.f32"))
    nearest(queries, base).tofile(os.path.join(target, "truth.i64"))
    with open(os.path.join(target, "set.json"), "w") as file:
        json.dump({"name": name, "metric": metric, "rows": len(base), "dimensions": base.shape[1], "queries": len(queries)}, file)
    return target


class Truth:
    """Measures recall by distance, so that a row as near as the last true neighbour counts, whatever its id."""

    def __init__(self, folder):
        with open(os.path.join(folder, "set.json")) as file:
            self.facts = json.load(file)
        shape = (-1, self.facts["dimensions"])
        self.base = np.memmap(os.path.join(folder, "base.f32"), np.float32, "r").reshape(shape)
        self.queries = np.fromfile(os.path.join(folder, "queries.f32"), np.float32).reshape(shape)
        truth = np.fromfile(os.path.join(folder, "truth.i64"), np.int64).reshape(-1, TOP)
        self.last = exact_distances(self.queries, self.base, truth).max(axis=1)

    def recall(self, path):
        ids = np.fromfile(path, np.int64).reshape(-1, TOP)
        distances = exact_distances(self.queries[:len(ids)], self.base, np.maximum(ids, 0))
        near = (distances <= self.last[:len(ids), None] * (1 + 1e-6)) & (ids >= 0)
        found = [len(set(row[good].tolist())) for row, good in zip(ids, near)]
        return sum(found) / ids.size
