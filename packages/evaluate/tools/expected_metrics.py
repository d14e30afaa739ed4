"""Writes test/expected/metrics.json: scikit-learn's figures for the cases of metrics.test.ts.

Run: python3 tools/expected_metrics.py > test/expected/metrics.json
"""

import json
import sys

import numpy as np
import sklearn
from sklearn import metrics as m


def case(name, truth, probabilities):
    p = np.asarray(probabilities, dtype=np.float32)
    t = np.asarray(truth)
    c = p.shape[1]
    labels = list(range(c))
    predicted = p.argmax(axis=1)
    precision, recall, f1, support = m.precision_recall_fscore_support(
        t, predicted, labels=labels, zero_division=0
    )
    top = {}
    if c > 2:  # scikit-learn reads two columns as a binary problem and wants scores of one class
        for k in range(1, min(6, c)):
            top[k] = m.top_k_accuracy_score(t, p, k=k, labels=labels)
    return {
        "name": name,
        "numClasses": c,
        "truth": t.tolist(),
        "probabilities": [float(v) for v in p.reshape(-1)],
        "predicted": predicted.tolist(),
        "accuracy": m.accuracy_score(t, predicted),
        "topK": top,
        "confusion": m.confusion_matrix(t, predicted, labels=labels).tolist(),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "macroF1": m.f1_score(t, predicted, average="macro", zero_division=0),
        "weightedF1": m.f1_score(t, predicted, average="weighted", zero_division=0),
        "logLoss": m.log_loss(t, p, labels=labels),
    }


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def draw(seed, n, c, sharpness, classes=None):
    rng = np.random.default_rng(seed)
    truth = rng.choice(classes if classes is not None else c, n)
    logits = rng.normal(size=(n, c))
    logits[np.arange(n), truth] += 1
    return truth, softmax(logits * sharpness)


cases = [
    case("two classes", *draw(1, 40, 2, 2)),
    case("five classes", *draw(2, 120, 5, 2)),
    case("twelve classes", *draw(3, 60, 12, 1)),
    case("classes without samples", *draw(4, 30, 8, 3, classes=[0, 3, 5])),
    case("one sample", [2], [[0.2, 0.3, 0.5]]),
    case("never predicted", [0, 1, 2, 2], [[0.9, 0.1, 0], [0.8, 0.1, 0.1], [0.7, 0.2, 0.1], [1, 0, 0]]),
    case("certain and wrong", [0, 1, 2], [[0, 1, 0], [0, 1, 0], [1, 0, 0]]),
]
json.dump({"scikit-learn": sklearn.__version__, "cases": cases}, sys.stdout)
print()
