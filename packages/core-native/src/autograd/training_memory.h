// The memory of tensors while models train.
//
// ATen's own CPU allocator gives every large activation back to the system and asks for it again a step later; the system
// then clears each page anew, at a page fault for every 4 KiB. Here blocks of a step are kept for the next.
#pragma once

#include <cstddef>
#include <new>
#include <string>

namespace saker::autograd {

// A tensor found no memory. No c10::Error, so that no operator is blamed for it.
class OutOfMemory : public std::bad_alloc {
 public:
  explicit OutOfMemory(size_t bytes);
  // What could not be had, in words: "0.46 GB more could not be had".
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  std::string what_;
};

// While one of these lives, libtorch's CPU tensors of 64 KiB and more come from blocks that are used again. Blocks are
// 64-byte aligned, of 8 sizes for each power of two, and asked for in huge pages from 2 MiB on (where the system has
// them on request). What lies unused is at most what was in use at once, less what is in use now, and an eighth: a block freed
// beyond that goes back to the system, the longest unused first. When the last one ends, all unused blocks go back; tensors
// that live on keep theirs until they are freed. Any thread may allocate and free. No memory is an OutOfMemory, and so is a block
// after which less than 256 MiB of address space would be left: libraries cannot do without. oneDNN writes its generated
// code to a null pointer (2.6), and OpenBLAS asks again for ever (0.3.21).
class TrainingMemory {
 public:
  TrainingMemory();
  ~TrainingMemory();
  TrainingMemory(const TrainingMemory&) = delete;
  TrainingMemory& operator=(const TrainingMemory&) = delete;

  struct Counts {
    size_t used = 0, unused = 0, most_used = 0;  // bytes
  };
  static Counts Now();
};

}  // namespace saker::autograd
