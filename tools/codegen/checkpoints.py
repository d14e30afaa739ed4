"""Prints, as JSON, the published checkpoints of timm and torchvision for the architectures of Saker's zoo.

    python tools/codegen/checkpoints.py > checkpoints.json

Needs timm and torchvision installed; no weights are downloaded. Every figure is read from the libraries' own
configuration. A tag whose network is built otherwise than its architecture's default is left out.
"""
import json
import math
import re

import timm
import torchvision
from timm.models import get_pretrained_cfg
from torchvision.models import get_model, get_model_weights

TIMM = [
    "resnet18", "resnet34", "resnet50", "resnet101", "convnext_atto", "convnext_tiny", "vit_tiny_patch16_224",
    "vit_small_patch16_224", "vit_base_patch16_224", "deit_tiny_patch16_224", "mobilevit_xxs", "mobilevit_s",
    "vgg16_bn", "efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3",
]
TORCHVISION = [
    "resnet18", "resnet34", "resnet50", "resnet101", "vgg16_bn", "mobilenet_v2", "mobilenet_v3_small",
    "mobilenet_v3_large", "efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3",
    "shufflenet_v2_x1_0", "regnet_y_400mf", "convnext_tiny",
]


def shapes(net):
    return {name: list(tensor.shape) for name, tensor in net.state_dict().items() if tensor.is_floating_point()}


def timm_checkpoints():
    for arch in TIMM:
        plain = repr(timm.create_model(arch, num_classes=1000))
        default = get_pretrained_cfg(arch).tag
        for name in timm.list_models(arch + ".*", pretrained=True):
            cfg = get_pretrained_cfg(name)
            net = timm.create_model(name, num_classes=1000)
            if repr(net) != plain or not cfg.hf_hub_id:
                continue
            crop = cfg.input_size[1]
            yield {
                "name": name, "model": arch, "library": "timm", "path": cfg.hf_hub_id, "sha256": None,
                "classes": cfg.num_classes, "resize": math.floor(crop / cfg.crop_pct), "crop": crop,
                "mean": list(cfg.mean), "std": list(cfg.std), "interpolation": cfg.interpolation,
                "license": cfg.license, "default": cfg.tag == default, "shapes": shapes(net),
            }


def torchvision_checkpoints():
    for arch in TORCHVISION:
        weights = get_model_weights(arch)
        net = get_model(arch, weights=None)
        for entry in weights:
            t = entry.transforms()
            file = entry.url.rsplit("/", 1)[1]
            yield {
                "name": f"{arch}.{entry.name}", "model": arch, "library": "torchvision", "path": file,
                "sha256": re.search(r"-([0-9a-f]+)\.pth$", file).group(1), "classes": len(entry.meta["categories"]),
                "resize": t.resize_size[0], "crop": t.crop_size[0], "mean": list(t.mean), "std": list(t.std),
                "interpolation": t.interpolation.value, "license": "bsd-3-clause",
                "default": entry == weights.DEFAULT, "shapes": shapes(net),
            }


print(json.dumps({
    "timm": timm.__version__, "torchvision": torchvision.__version__.split("+")[0],
    "checkpoints": [*torchvision_checkpoints(), *timm_checkpoints()],
}))
