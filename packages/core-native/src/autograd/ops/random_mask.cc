#include "autograd/ops/random_mask.h"

#include <ATen/CPUGeneratorImpl.h>

namespace saker::autograd {
namespace {

// SplitMix64's finaliser (Steele, Lea, Flood 2014): spreads (seed, step, node) over the generator's seed.
uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

at::Tensor KeepMask(at::IntArrayRef shape, double rate, const RunContext& run, MaskUse use) {
  uint64_t seed = Mix(Mix(Mix(run.seed) ^ run.step) ^ run.node_index);
  if (use != MaskUse::kDropout) seed = Mix(seed ^ static_cast<uint64_t>(use));
  return at::rand(shape, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kFloat)) >= rate;
}

}  // namespace saker::autograd
