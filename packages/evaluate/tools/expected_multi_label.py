"""Writes test/expected/multi-label.json: scikit-learn's figures for the cases of multi-label.test.ts.

Run: python3 tools/expected_multi_label.py > test/expected/multi-label.json
"""

import json
import sys

import numpy as np
import sklearn
from sklearn import metrics as m


def clean(v):
    return None if isinstance(v, float) and np.isnan(v) else v


def multi(name, truth, p, thresholds):
    t, p = np.asarray(truth), np.asarray(p, dtype=np.float32)
    told = (p >= np.asarray(thresholds)).astype(int)
    present = [c for c in range(t.shape[1]) if t[:, c].any()]
    aps = [m.average_precision_score(t[:, c], p[:, c]) if c in present else None for c in range(t.shape[1])]
    precision, recall, f1, support = m.precision_recall_fscore_support(t, told, average=None, zero_division=0)
    return {
        "name": name,
        "thresholds": thresholds,
        "truth": t.tolist(),
        "probabilities": [[float(v) for v in row] for row in p],
        "averagePrecision": aps,
        "mAP": float(np.mean([a for a in aps if a is not None])),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "microF1": m.f1_score(t, told, average="micro", zero_division=0),
        "macroF1": m.f1_score(t, told, average="macro", zero_division=0),
        "subsetAccuracy": m.accuracy_score(t, told),
        "hammingLoss": m.hamming_loss(t, told),
        "logLoss": float(np.mean([m.log_loss(t[:, c], p[:, c], labels=[0, 1]) for c in range(t.shape[1])])),
    }


def binary(name, truth, p):
    t, p = np.asarray(truth), np.asarray(p, dtype=np.float32)
    precision, recall, _ = m.precision_recall_curve(t, p)
    with np.errstate(invalid="ignore"):
        f1 = np.nan_to_num(2 * precision * recall / (precision + recall))
    return {
        "name": name,
        "truth": t.tolist(),
        "probabilities": [float(v) for v in p],
        "rocAuc": m.roc_auc_score(t, p),
        "averagePrecision": m.average_precision_score(t, p),
        "bestF1": float(f1.max()),
    }


r = np.random.default_rng(7)
some = (r.random((23, 4)) < [0.1, 0.3, 0.5, 0.8]).astype(int)
noisy = np.clip(some * 0.3 + r.random(some.shape) * 0.7, 0, 1)
absent = some.copy()
absent[:, 0] = 0
ties = np.round(noisy, 1)
out = {
    "scikitLearn": sklearn.__version__,
    "multi": [
        multi("noisy", some, noisy, [0.5] * 4),
        multi("thresholds of their own", some, noisy, [0.2, 0.4, 0.6, 0.35]),
        multi("a label that no picture has", absent, noisy, [0.5] * 4),
        multi("equal scores", some, ties, [0.5] * 4),
        multi("nothing told", some, noisy * 0.4, [0.9] * 4),
        multi("certain", some, some.astype(float), [0.5] * 4),
    ],
    "binary": [
        binary("noisy", some[:, 1], noisy[:, 1]),
        binary("equal scores", some[:, 2], ties[:, 2]),
        binary("all alike", some[:, 2], np.full(23, 0.3)),
        binary("separable", some[:, 3], some[:, 3] * 0.8 + 0.1),
        binary("reversed", some[:, 1], 1 - noisy[:, 1]),
        binary("rare", some[:, 0], noisy[:, 0]),
    ],
}
json.dump(out, sys.stdout, indent=1)
sys.stdout.write("\n")
