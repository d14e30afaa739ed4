// How a process joins others; plain values, no torch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace saker::autograd {

// The group to join. Rendezvous is at `file` (one machine) when given, else at a TCP store that rank 0 opens on
// master_addr:master_port, as torchrun's processes do.
struct GroupConfig {
  int rank = 0, world_size = 1;
  std::string backend = "gloo";  // or "nccl"
  std::string device = "cpu";    // of this rank's model, as ResolveDevice takes it; NCCL needs cuda
  std::string master_addr = "127.0.0.1";
  int master_port = 29500;
  std::string file;
  double timeout_s = 600;                // for the rendezvous and for every collective
  int64_t bucket_bytes = 25 * (1 << 20);  // gradients summed in one message; PyTorch's size
  bool sync_batch_norm = false;          // batch statistics over all processes
};

// What the ranks did together in a step.
struct GroupStep {
  int64_t count = 0;    // items that counted on all ranks
  bool stop = false;    // some rank asked to stop
  size_t buckets = 0, buckets_early = 0;  // messages of gradients, and those sent while backward was running
};

}  // namespace saker::autograd
