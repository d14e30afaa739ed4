"""PyTorch's side of train-step.mjs: a training process that answers requests on stdin with one JSON line each.

"steps N" runs N training steps on one batch and prints {"seconds", "cpu", "images"}: wall time, and CPU time of the
process and the workers of its DataLoader. "epoch" (with FOLDER) runs one epoch over JPEG pictures as
shared/peers/train_torch.py does and prints the same. Model by torchvision name with new weights, SGD with momentum, channels-last.

usage: train_step.py MODEL BATCH SIZE THREADS [FOLDER]
"""
import json
import os
import sys
import time

import torch
import torchvision
import torchvision.transforms.v2 as T


def cpu_seconds(loader):
    """CPU time of this process and, on Linux, of the loader's persistent workers."""
    total = time.process_time()
    for worker in getattr(getattr(loader, '_iterator', None), '_workers', []):
        with open(f'/proc/{worker.pid}/stat') as stat:
            fields = stat.read().rsplit(')', 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')
    return total


def main(name, batch, size, threads, folder=None):
    batch, size, threads = int(batch), int(size), int(threads)
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    model = getattr(torchvision.models, name)(weights=None).train().to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9)
    x = torch.randn(batch, 3, size, size).to(memory_format=torch.channels_last)
    y = torch.arange(batch) % 10

    def step(x, y):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    loader = None
    if folder:
        pixels = [T.ToImage(), T.ToDtype(torch.float32, scale=True),
                  T.Normalize((.485, .456, .406), (.229, .224, .225))]
        train = T.Compose([T.RandomResizedCrop(size), T.RandomHorizontalFlip(), *pixels])
        loader = torch.utils.data.DataLoader(torchvision.datasets.ImageFolder(folder, train), batch, shuffle=True,
                                             num_workers=2, persistent_workers=True, drop_last=True)
    print(json.dumps({'version': torch.__version__}), flush=True)
    for line in sys.stdin:
        start, cpu, images = time.perf_counter(), cpu_seconds(loader), 0
        if line.startswith('epoch'):
            for pictures, labels in loader:
                step(pictures.to(memory_format=torch.channels_last), labels)
                images += len(labels)
        else:
            for _ in range(int(line.split()[1])):
                step(x, y)
                images += batch
        print(json.dumps({'seconds': time.perf_counter() - start, 'cpu': cpu_seconds(loader) - cpu,
                          'images': images}), flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
