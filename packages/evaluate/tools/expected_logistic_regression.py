"""Writes test/expected/logistic-regression.json: what scikit-learn's LogisticRegression makes of rows by formula.
usage: expected_logistic_regression.py > test/expected/logistic-regression.json    (needs numpy, scikit-learn)"""
import json
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

def rows(n, width, shift):
    i = np.arange(n * width, dtype=np.float64)
    x = (((i * 7919 + shift) % 2003) / 1001.5 - 1).astype(np.float32).reshape(n, width)
    return x * np.arange(1, width + 1, dtype=np.float32)

n, width, classes = 90, 6, 3
x = rows(n, width, 0).astype(np.float64)
y = (np.abs(x[:, 0] + x[:, 1] / 2 + 0.3 * x[:, 2]) * 2).astype(int) % classes
test = rows(40, width, 11).astype(np.float64)
out = {'labels': y.tolist(), 'fits': []}
for c in (0.1, 1.0, 10.0):
    scaler = StandardScaler().fit(x)
    fit = LogisticRegression(C=c, tol=1e-8, max_iter=5000).fit(scaler.transform(x), y)
    weights = np.concatenate([fit.coef_, fit.intercept_[:, None]], 1)
    out['fits'].append({'c': c, 'weights': np.round(weights, 6).tolist(), 'predicted': fit.predict(scaler.transform(test)).tolist()})
print(json.dumps(out))
