"""All vectors compared, in numpy. Settings are the queries of a batch."""
import sys

import numpy as np

from peer import Data, serve


class Numpy:
    about = f"numpy {np.__version__}, one product with all rows"

    def __init__(self, data):
        self.data = data

    def build(self):
        self.rows = np.array(self.data.base)
        self.lengths = np.einsum("ij,ij->i", self.rows, self.rows) / 2 if self.data.metric == "euclidean" else np.float32(0)

    def bytes_per_vector(self):
        return 4 if self.data.metric == "euclidean" else 0

    def setting(self, text):
        return int(text)

    def search(self, queries):
        # Smallest |x|^2 / 2 - <q, x> is the nearest. The nearest are found without an order, as recall asks for none.
        keys = self.lengths - queries @ self.rows.T
        return np.argpartition(keys, self.data.top, axis=1)[:, :self.data.top]


data = Data(sys.argv[1:])
data.index = "-"
serve(Numpy(data), data)
