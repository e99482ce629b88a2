"""hnswlib as Debian compiles it, through its Python module. Settings are ef."""
import os
import sys

import hnswlib

from peer import Data, serve

LINKS, BUILD_EF = 16, 200


class Hnswlib:
    about = f"Debian's python3-hnswlib, M {LINKS}, efConstruction {BUILD_EF}, compiled for any x86-64 (SSE)"

    def __init__(self, data):
        self.data = data
        # The rows of a cosine set have length 1 already, so the inner product is the cosine.
        self.index = hnswlib.Index("l2" if data.metric == "euclidean" else "ip", data.dimensions)

    def build(self):
        self.index.init_index(len(self.data.base), M=LINKS, ef_construction=BUILD_EF)
        self.index.set_num_threads(1)
        self.index.add_items(self.data.base, num_threads=1)

    def load(self, path):
        self.index.load_index(path)
        self.index.set_num_threads(1)

    def save(self, path):
        self.index.save_index(path)

    def bytes_per_vector(self):
        return os.path.getsize(self.data.index) / len(self.data.base) - 4 * self.data.dimensions

    def setting(self, text):
        self.index.set_ef(int(text))
        return 1

    def search(self, queries):
        return self.index.knn_query(queries, self.data.top, 1)[0]


data = Data(sys.argv[1:])
serve(Hnswlib(data), data)
