"""FAISS on floats: Flat, IVF and HNSW. Settings are a batch size, nprobe and efSearch."""
import os
import sys

import faiss

from peer import Data, serve

LINKS, BUILD_EF = 16, 200


class Faiss:
    def __init__(self, data):
        faiss.omp_set_num_threads(1)
        self.data, self.kind = data, data.options[0]
        rows = len(data.base)
        self.lists = 1 << round((4 * rows).bit_length() / 2 - 0.5)
        what = {"flat": "Flat", "ivf": f"IVF{self.lists},Flat", "hnsw": f"HNSW{LINKS},Flat"}[self.kind]
        metric = faiss.METRIC_L2 if data.metric == "euclidean" else faiss.METRIC_INNER_PRODUCT
        self.index = faiss.index_factory(data.dimensions, what, metric)
        self.about = f"Debian's python3-faiss {faiss.__version__} ({faiss.get_compile_options().strip()}), {what}"
        if self.kind == "hnsw":
            self.index.hnsw.efConstruction = BUILD_EF
            self.about += f", efConstruction {BUILD_EF}"

    def build(self):
        self.index.train(self.data.base)
        self.index.add(self.data.base)

    def load(self, path):
        self.index = faiss.read_index(path)

    def save(self, path):
        faiss.write_index(self.index, path)

    def bytes_per_vector(self):
        return os.path.getsize(self.data.index) / len(self.data.base) - 4 * self.data.dimensions

    def setting(self, text):
        if self.kind == "flat":
            return int(text)
        if self.kind == "ivf":
            self.index.nprobe = int(text)
        else:
            self.index.hnsw.efSearch = int(text)
        return 1

    def search(self, queries):
        return self.index.search(queries, self.data.top)[1]


data = Data(sys.argv[1:])
serve(Faiss(data), data)
