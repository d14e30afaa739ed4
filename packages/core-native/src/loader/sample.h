// One picture from bytes to tensor: probe, plan, decode, turn upright, execute.
#ifndef SAKER_LOADER_SAMPLE_H_
#define SAKER_LOADER_SAMPLE_H_

#include <cstdint>
#include <string>

#include "base/file_bytes.h"
#include "codec/codec.h"
#include "pipeline/cuda/item_packer.h"
#include "pipeline/executor.h"
#include "plan/plan.h"
#include "plan/program.h"

namespace saker {

// All memory one thread needs to run samples; grows to the largest picture seen, then allocates no
// more.
struct SampleScratch {
  FileBytes file;
  DecodeScratch decode;
  ExecutorScratch executor;
  ItemPacker packer;  // of samples that run on a device
};

// Nanoseconds spent on one sample, by stage.
struct StageTimes {
  int64_t read_ns = 0;    // opening and reading the file
  int64_t decode_ns = 0;  // headers, plan, decoder, orientation
  int64_t pixel_ns = 0;   // executor

  void Add(const StageTimes& o) {
    read_ns += o.read_ns;
    decode_ns += o.decode_ns;
    pixel_ns += o.pixel_ns;
  }
};

// What every sample of a run shares.
struct SampleJob {
  const PipelineProgram* program = nullptr;
  CodecLimits limits;
  ExecutorKind executor = ExecutorKind::kFused;
  // Stops after the decoder: `out` stays as it is. For measuring what decoding alone costs.
  bool decode_only = false;
};

// A picture: `bytes` when `path` is null, else the file at `path`.
struct SampleSource {
  const std::string* path = nullptr;
  Bytes bytes;
};

// Makes `*bytes` the picture's bytes; a file's stay valid until scratch->file is opened again.
Status OpenSource(const SampleSource& source, SampleScratch* scratch, Bytes* bytes,
                  StageTimes* times);

// Headers and plan. Errors: those of Probe and MakePlan.
Status PlanSample(const SampleJob& job, Bytes bytes, const SampleKey& key, ImageInfo* info,
                  SamplePlan* plan);

// Pixels of a planned sample into `out` (plan.output_bytes() bytes). Errors: those of Decode and
// Execute.
Status RunPlan(const SampleJob& job, Bytes bytes, const ImageInfo& info, const SamplePlan& plan,
               const OutputView& out, SampleScratch* scratch, StageTimes* times);

// All of it. `out` is zero-filled when the status is not OK.
Status RunSample(const SampleJob& job, const SampleSource& source, const SampleKey& key,
                 const OutputView& out, SampleScratch* scratch, StageTimes* times);

}  // namespace saker

#endif  // SAKER_LOADER_SAMPLE_H_
