// ProgramWalk: what is known about the picture at an op, whatever the picture. CheckOp reads it,
// says what its op will do at most, and refuses what can never work.
#ifndef SAKER_OPS_CORE_PROGRAM_WALK_H_
#define SAKER_OPS_CORE_PROGRAM_WALK_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/status.h"
#include "ops/core/nested_ops.h"
#include "ops/core/pixel_step.h"

namespace saker {

struct ProgramWalk {
  int32_t height = 0, width = 0;  // 0: depends on the picture
  int32_t channels = 3;
  bool normalized = false;
  bool per_channel_normalize = false;
  bool erases_mean = false;
  // Worst cases of what a plan must hold.
  int32_t steps = 0;
  int32_t axis_steps = 0;       // of the chain that geometry composes into here
  int32_t most_axis_steps = 0;  // of any chain
  int32_t resamples = 0;
  bool fenced = false;  // geometry here makes a pass of its own
  bool maybe = false;   // not for every picture
  const NestedOps* nested = nullptr;  // set by CompileProgram

  void Fix(int32_t h, int32_t w) {
    height = h;
    width = w;
  }

  // The op crops, pads or resizes, with at most `count` steps an axis.
  void Geometry(int32_t count) {
    if (fenced) {
      fenced = false;
      if (!maybe) axis_steps = 0;
      maybe = false;
      ++resamples;
      ++steps;
    }
    Flip(count);
  }
  void Flip(int32_t count = 1) {
    axis_steps += count;
    if (axis_steps > most_axis_steps) most_axis_steps = axis_steps;
  }

  // The op may add a border; E_PIPELINE_UNSUPPORTED when it has a colour and Normalize stands
  // before.
  Status Border(const char* op, bool constant) const {
    if (!constant || !normalized) return OkStatus();
    return Status(ErrorCode::kPipelineUnsupported,
                  std::string(op) + " adds a constant border after Normalize; put it before");
  }

  // The op adds up to `count` pixel steps, the most demanding of which runs as `pass`.
  Status AddSteps(const char* op, int32_t count, PassKind pass = PassKind::kPointwise) {
    if (normalized) {
      return Status(ErrorCode::kPipelineUnsupported,
                    std::string(op) + " after Normalize; put it before");
    }
    steps += count;
    if (pass == PassKind::kPlaced || pass == PassKind::kNeighbours || pass == PassKind::kPicture) {
      fenced = true;
      maybe = false;
    }
    return OkStatus();
  }

  // CheckOp of op `k` of those that the calling op holds.
  Status CheckNested(const OpList& list, int32_t k) { return nested->Check(list, k, this); }

  // What holds whichever of two ways the picture went.
  void Merge(const ProgramWalk& other) {
    if (height != other.height || width != other.width) Fix(0, 0);
    channels = std::min(channels, other.channels);
    erases_mean = erases_mean || other.erases_mean;
    steps = std::max(steps, other.steps);
    axis_steps = std::max(axis_steps, other.axis_steps);
    most_axis_steps = std::max(most_axis_steps, other.most_axis_steps);
    resamples = std::max(resamples, other.resamples);
    maybe = maybe || other.maybe || fenced != other.fenced;
    fenced = fenced || other.fenced;
  }

  // The op adds a Warp; its output has the size of its input unless Fix says otherwise.
  Status Warp(const char* op) { return AddSteps(op, 1, PassKind::kNeighbours); }
};

}  // namespace saker

#endif  // SAKER_OPS_CORE_PROGRAM_WALK_H_
