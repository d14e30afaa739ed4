"""Writes test/expected/probabilities.json: what torchvision's eval transform, computed without rounding between its
steps (Pillow's float images), and ONNX Runtime give for real photos. Saker promises f32 between decode and store.

Run: python3 tools/expected_probabilities.py SHARED/data > test/expected/probabilities.json
"""

import json
import os
import sys

import numpy as np
import onnxruntime as ort
from PIL import Image, ImageOps

MODELS = {  # name: resize, crop, mean, scale of (x - mean) with x in 0..255
    "mobilenetv2_1.0_224": (256, 224, [127.5] * 3, 1 / 127.5),
    "mobilenetv1_0.5_160": (183, 160, [127.5] * 3, 1 / 127.5),
    "mobilenetv1_0.25_128": (146, 128, [127.5] * 3, 1 / 127.5),
    "squeezenet1.0_227_rgb": (256, 227, [123, 117, 104], 1),
}
EVERY = 12  # of the photos in name order, plus the one that lies on its side
SIDEWAYS = "n02951585_can_opener.JPEG"


def pixels(path, resize, crop, mean, scale):
    image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    w, h = image.size
    size = (resize, int(resize * h / w)) if w <= h else (int(resize * w / h), resize)
    left, top = int(round((size[0] - crop) / 2.0)), int(round((size[1] - crop) / 2.0))
    box = (left, top, left + crop, top + crop)
    planes = []
    for channel, m in zip(image.split(), mean):
        plane = Image.fromarray(np.asarray(channel, np.float32)).resize(size, Image.BILINEAR).crop(box)
        planes.append((np.asarray(plane) - m) * scale)
    return np.stack(planes)[None].astype(np.float32)


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


data = sys.argv[1]
photos = sorted(os.listdir(f"{data}/imagenet-samples"))
chosen = sorted(set(photos[::EVERY]) | {SIDEWAYS})
out = {}
for name, how in MODELS.items():
    session = ort.InferenceSession(f"{data}/models/{name}.onnx")
    rows = {}
    for photo in chosen:
        x = pixels(f"{data}/imagenet-samples/{photo}", *how)
        logits = session.run(None, {session.get_inputs()[0].name: x})[0][0].astype(np.float64)
        p = softmax(logits)
        rows[photo] = [[int(c), round(float(p[c]), 9)] for c in np.argsort(-p)[:5]]
    out[name] = rows
json.dump(out, sys.stdout)
print()
