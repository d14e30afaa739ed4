// What one step is told and what it gives back.
#pragma once

#include <cstdint>
#include <vector>

#include "autograd/host_tensor.h"

namespace saker::autograd {

struct StepOptions {
  std::vector<double> lrs;  // one per group; empty = each group's own lr
  double label_smoothing = 0;
  double clip_grad_norm = 0;   // 0 = off; the global norm to clip at
  double clip_grad_value = 0;  // 0 = off; the magnitude to clip every value at
  double clip_grad_agc = 0;    // 0 = off; adaptive clipping's factor
  uint64_t seed = 0, step = 0;  // key of the Dropout masks
  // Share of this batch in the running statistics of BatchNormalization in train mode; below 0: the node's own.
  double statistics_weight = -1;
  bool update = true;           // trainStep only: false adds the gradients up for a later step's update
  bool train = true;            // lossAndGradients only: BatchNormalization and Dropout mode
};

struct StepResult {
  double loss = 0;  // mean over counted items
  int64_t correct = 0, count = 0;  // correct: see TaskLoss
  double grad_norm = 0;        // global L2 norm before clipping; trainStep only
  double loss_scale = 0;       // trainStep with amp f16 only: that of the next step
  bool skipped = false;        // trainStep with amp f16 only: gradients were not finite, and nothing was updated
  HostTensor probabilities;    // evalStep only: softmax or sigmoids [N,K], every item, also masked ones
  HostTensors gradients;       // lossAndGradients only
};

}  // namespace saker::autograd
