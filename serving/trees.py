"""Boosted trees as bit masks: XGBoost's answer for a row in microseconds, without XGBoost.

Each tree has a bit for each of its leaves, left to right. A node that sends a row to the right rules out the leaves on
its left; what remains when all nodes have spoken begins with the leaf that the row ends in, so nodes may speak in any
order: those of one feature together, their masks found by one look-up among the feature's sorted thresholds
(QuickScorer: Lucchese et al., "QuickScorer: a fast algorithm to rank documents with additive ensembles of regression
trees", SIGIR 2015).
"""

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from football.errors import StoreError

if TYPE_CHECKING:
    import xgboost as xgb

Float = NDArray[np.float64]
Single = NDArray[np.float32]
Int = NDArray[np.int64]
Words = NDArray[np.unsignedinteger[Any]]

MOST_LEAVES: Final = 64
TOLERANCE: Final = 1e-6
PROBES: Final = 1_000
PART: Final = 4_096
"""Rows worked on at a time."""

_WORDS: Final = (np.uint8, np.uint16, np.uint32, np.uint64)


class UnlikeTreesError(StoreError):
    """A booster whose trees have no bit masks."""


@dataclass(frozen=True)
class Trees:
    """Regression trees that are summed; `features` columns go in.

    One entry for each threshold of a feature, sorted by feature and threshold: `cut_feature`, `cut` (single precision)
    of shape (c,) and `kept` (c, trees), the leaves that remain in each tree where the value is not below the cut (all
    thresholds below that one have spoken, too). `kept_missing` (features, trees) remain where the value is unknown.
    `leaf` (trees, leaves) is what a leaf adds. `proof` (PROBES,) is what XGBoost says of `probes()`.
    """

    features: int
    cut_feature: Int
    cut: Single
    kept: Words
    kept_missing: Words
    leaf: Single
    base: float
    proof: Single

    @classmethod
    def of(cls, booster: "xgb.Booster") -> Self:
        """The trees of a booster of squared errors, proven to give the same.

        Raises:
            UnlikeTreesError: it has more than 64 leaves in a tree, splits by category, or another objective.
            StoreError: it gives another answer.
        """
        learner = json.loads(booster.save_raw("json"))["learner"]
        objective, nodes = learner["objective"]["name"], learner["gradient_booster"]["model"]["trees"]
        if objective != "reg:squarederror" or any(any(tree["split_type"]) for tree in nodes):
            raise UnlikeTreesError(f"the trees ({objective}) are not those of squared errors with numeric splits")
        walked = [_Walk.of(tree) for tree in nodes]
        leaves = max((len(walk.leaf) for walk in walked), default=1)
        if leaves > MOST_LEAVES:
            raise UnlikeTreesError(f"a tree has {leaves} leaves, expected at most {MOST_LEAVES}")
        word = next(kind for kind in _WORDS if np.iinfo(kind).bits >= leaves)
        features = int(learner["learner_model_param"]["num_feature"])
        everything = np.iinfo(word).max
        kept_missing = np.full((features, len(walked)), everything, dtype=word)
        ruled_out: dict[tuple[int, float], dict[int, int]] = {}
        leaf = np.zeros((len(walked), leaves), dtype=np.float32)
        for number, walk in enumerate(walked):
            leaf[number, : len(walk.leaf)] = walk.leaf
            for feature, cut, left, missing_right in walk.splits:
                entry = ruled_out.setdefault((feature, cut), {})
                entry[number] = entry.get(number, 0) | left
                if missing_right:
                    kept_missing[feature, number] &= word(everything ^ left)
        kept = np.full((len(ruled_out), len(walked)), everything, dtype=word)
        for row, (_, by_tree) in enumerate(sorted(ruled_out.items())):
            for number, left in by_tree.items():
                kept[row, number] = everything ^ left
        cut_feature = np.array([feature for feature, _ in sorted(ruled_out)], dtype=np.int64)
        for feature in range(features):
            rows = slice(*np.searchsorted(cut_feature, [feature, feature + 1]))
            kept[rows] = np.bitwise_and.accumulate(kept[rows], axis=0)
        trees = cls(
            features=features,
            cut_feature=cut_feature,
            cut=np.array([cut for _, cut in sorted(ruled_out)], dtype=np.float32),
            kept=kept,
            kept_missing=kept_missing,
            leaf=leaf,
            base=float(learner["learner_model_param"]["base_score"].strip("[]")),
            proof=np.empty(0, dtype=np.float32),
        )
        proof = booster.inplace_predict(trees.probes())
        proven = cls(**{f.name: getattr(trees, f.name) for f in fields(trees)} | {"proof": np.float32(proof)})
        proven.check()
        return proven

    def save(self, path: Path, source: str) -> None:
        """Write to one .npz file; `source` says which booster's trees they are."""
        arrays = {f.name: np.asarray(getattr(self, f.name)) for f in fields(self)}
        np.savez(path, allow_pickle=False, source=np.asarray(source), **arrays)

    @classmethod
    def load(cls, path: Path, source: str) -> Self:
        """Read what `save` wrote; StoreError if it is damaged, of another booster, or not what XGBoost gave."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                if str(stored["source"]) != source:
                    raise StoreError(f"{path}: the trees of another booster; train again")
                arrays: dict[str, Any] = {f.name: stored[f.name] for f in fields(cls)}
            trees = cls(**arrays | {"features": int(arrays["features"]), "base": float(arrays["base"])})
            trees.check()
        except (OSError, KeyError, ValueError, TypeError, IndexError, EOFError) as error:
            raise StoreError(f"{path}: trees cannot be read ({error}); train again") from error
        return trees

    def check(self) -> None:
        """StoreError unless the trees give what XGBoost gave, for many rows and for one."""
        probes = self.probes()
        found = self.predict(probes)
        close = TOLERANCE * max(1.0, float(np.abs(self.proof).max(initial=0.0)))
        if self.proof.shape != found.shape or not np.allclose(found, self.proof, rtol=0.0, atol=close):
            raise StoreError("the trees do not give what XGBoost gives; train again")
        if any(self.predict_one(row) != one for row, one in zip(probes[:20].tolist(), found.tolist(), strict=False)):
            raise StoreError("the trees do not give for one row what they give for many")

    def probes(self, n: int = PROBES) -> Single:
        """Rows that try each threshold, from just below and exactly, and unknown values; (n, features).

        Always the same ones.
        """
        out = np.full((n, self.features), np.nan, dtype=np.float32)
        for feature in range(self.features):
            cuts = self.cut[self.cut_feature == feature]
            below = np.nextafter(cuts, np.float32(-np.inf))
            values = np.concatenate([np.array([np.nan, -1e6, 0.0, 1e6], dtype=np.float32), cuts, below])
            # A fixed scramble (that of splitmix64) rather than a generator, whose numbers may change between versions.
            mixed = (np.arange(n, dtype=np.uint64) * np.uint64(self.features) + np.uint64(feature)) * np.uint64(
                0x9E3779B97F4A7C15
            )
            mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            out[:, feature] = values[((mixed ^ (mixed >> np.uint64(27))) % np.uint64(len(values))).astype(np.intp)]
        return out

    def predict(self, matrix: Single) -> Float:
        """The sum of the trees for each row of (n, features), shape (n,); NaN is unknown."""
        out = np.empty(len(matrix))
        for start in range(0, len(matrix), PART):
            part = matrix[start : start + PART]
            words = np.full((len(part), len(self.leaf)), np.iinfo(self.kept.dtype).max, dtype=self.kept.dtype)
            for feature, cuts, kept in self._by_feature:
                column = part[:, feature]
                # `kept` begins with the row of no cut and ends with that of the unknown.
                place = np.searchsorted(cuts, column, side="right")
                words &= kept[np.where(np.isnan(column), len(kept) - 1, place)]
            out[start : start + PART] = self._sums(words)
        return out

    def predict_one(self, row: Sequence[float]) -> float:
        """The same for one row of numbers in single precision, faster."""
        word = self._everything
        for feature, cuts, kept in self._one_by_feature:
            value = row[feature]
            word &= kept[bisect_right(cuts, value)] if value == value else kept[-1]
        raw = word.to_bytes(self._bytes, "little")
        if self._of_bytes is None:
            return float(self._sums(np.frombuffer(raw, dtype=self.kept.dtype)[None, :])[0])
        first = np.frombuffer(raw.translate(self._of_bytes), dtype=np.uint8)
        return float(np.add.accumulate(self._flat_leaf[self._tree_start + first])[-1])

    def flat(self) -> "FlatTrees":
        """As the compiled kernel takes them."""
        everything = np.full((1, len(self.leaf)), np.iinfo(np.uint64).max, dtype=np.uint64)
        counts = np.bincount(self.cut_feature, minlength=self.features)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        # Bits that a word of this width does not have belong to no leaf.
        kept = [
            part
            for feature in range(self.features)
            for part in (
                everything,
                self.kept[starts[feature] : starts[feature + 1]].astype(np.uint64),
                self.kept_missing[feature, None].astype(np.uint64),
            )
        ]
        leaf = self._flat_leaf.reshape(self.leaf.shape)
        return FlatTrees(starts, self.cut.astype(np.float32), np.concatenate(kept), np.ascontiguousarray(leaf))

    def _sums(self, words: Words) -> Float:
        """What the first leaves that remain, (n, trees), add up to; tree by tree, as XGBoost adds."""
        table = self._first_bit
        first = _first_bits(words) if table is None else table[words]
        sums: Float = np.add.accumulate(self._flat_leaf[self._tree_start + first], axis=1)[:, -1].astype(np.float64)
        return sums

    @cached_property
    def _by_feature(self) -> list[tuple[int, Single, Words]]:
        everything = np.full((1, len(self.leaf)), np.iinfo(self.kept.dtype).max, dtype=self.kept.dtype)
        return [
            (
                feature,
                self.cut[self.cut_feature == feature],
                np.concatenate([everything, self.kept[self.cut_feature == feature], self.kept_missing[feature, None]]),
            )
            for feature in np.unique(self.cut_feature).tolist()
        ]

    @cached_property
    def _one_by_feature(self) -> list[tuple[int, list[float], list[int]]]:
        return [
            (feature, cuts.tolist(), [int.from_bytes(row.tobytes(), "little") for row in kept])
            for feature, cuts, kept in self._by_feature
        ]

    @cached_property
    def _bytes(self) -> int:
        return len(self.leaf) * self.kept.dtype.itemsize

    @cached_property
    def _everything(self) -> int:
        return (1 << 8 * self._bytes) - 1

    @cached_property
    def _flat_leaf(self) -> Single:
        leaf = self.leaf.copy()
        leaf[0] += np.float32(self.base)
        return leaf.ravel()

    @cached_property
    def _tree_start(self) -> NDArray[np.intp]:
        start: NDArray[np.intp] = np.arange(len(self.leaf), dtype=np.intp) * self.leaf.shape[1]
        return start

    @cached_property
    def _of_bytes(self) -> bytes | None:
        """First bits of words of one byte, as a table for `bytes.translate`."""
        if self.kept.dtype != np.uint8:
            return None
        table: bytes = _first_bits(np.arange(256, dtype=np.uint32)).astype(np.uint8).tobytes()
        return table

    @cached_property
    def _first_bit(self) -> NDArray[np.intp] | None:
        bits = np.iinfo(self.kept.dtype).bits
        return _first_bits(np.arange(1 << bits, dtype=np.uint32)) if bits <= 16 else None


class FlatTrees(NamedTuple):
    """Trees of f features with c cuts in arrays of one type for all, see `serving.match_kernels.tree_sum`.

    `starts` (f + 1,), `cuts` (c,), `kept` (c + 2 f, trees), `leaf` (trees, leaves).
    """

    starts: Int
    cuts: Single
    kept: NDArray[np.uint64]
    leaf: Single

    @classmethod
    def none(cls) -> Self:
        """No trees at all."""
        nothing = np.zeros((0, 1), dtype=np.float32)
        return cls(np.zeros(1, dtype=np.int64), nothing[:, 0].copy(), np.zeros((0, 0), dtype=np.uint64), nothing)


def _first_bits(words: Words) -> NDArray[np.intp]:
    """Place of the lowest bit that is set; 0 where there is none."""
    lowest = words & (~words + words.dtype.type(1))
    # A power of two is exact in double precision, and so is its logarithm.
    place: NDArray[np.intp] = np.log2(np.maximum(lowest, 1).astype(np.float64)).astype(np.intp)
    return place


@dataclass(frozen=True)
class _Walk:
    """One tree: what its leaves add, left to right, and of each node (feature, cut, bits of the leaves on its left,
    whether the unknown goes right)."""

    leaf: list[float]
    splits: list[tuple[int, float, int, bool]]

    @classmethod
    def of(cls, tree: Mapping[str, Any]) -> Self:
        left, right = tree["left_children"], tree["right_children"]
        leaf: list[float] = []
        splits: list[tuple[int, float, int, bool]] = []

        def bits_below(node: int) -> int:
            if left[node] < 0:
                leaf.append(tree["split_conditions"][node])
                return 1 << (len(leaf) - 1)
            on_left = bits_below(left[node])
            cut = float(np.float32(tree["split_conditions"][node]))
            splits.append((tree["split_indices"][node], cut, on_left, not tree["default_left"][node]))
            return on_left | bits_below(right[node])

        bits_below(0)
        return cls(leaf, splits)
