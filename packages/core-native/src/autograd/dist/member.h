// A model's membership in a group of processes.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "autograd/dist/gradient_reducer.h"
#include "autograd/dist/process_group.h"

namespace saker::autograd {

struct GroupMember {
  std::unique_ptr<ProcessGroup> group;
  std::unique_ptr<GradientReducer> reducer;  // ends before the group
  std::atomic<bool> stop{false};  // this rank wants all to stop
  std::optional<GroupStep> last;  // none after a step that waits for a later update
};

}  // namespace saker::autograd
