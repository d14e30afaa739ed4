// One picture from bytes to tensor: probe, plan, decode, turn upright, execute.
#ifndef SAKER_LOADER_SAMPLE_H_
#define SAKER_LOADER_SAMPLE_H_

#include <cstdint>
#include <string>
#include <vector>

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
  std::vector<SamplePlan> plans;  // of the sample's views
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
  // Decodes JPEG by libjpeg-turbo only: the same pixels, and what our own decoder is measured by.
  bool library_only = false;
};

// A picture: `bytes` when `path` is null, else the file at `path` or a part of it.
struct SampleSource {
  const std::string* path = nullptr;
  Bytes bytes;
  FileRange range = FileRange();
  OpenFiles* files = nullptr;  // keep the file of a range open; null: it is closed again
};

// Makes `*bytes` the picture's bytes; a file's stay valid until scratch->file is opened again.
// Errors: those of FileBytes.
Status OpenSource(const SampleSource& source, const CodecLimits& limits, SampleScratch* scratch,
                  Bytes* bytes, StageTimes* times);

// Plans of all views of a picture. Errors: those of MakePlan.
Status PlanViews(const PipelineProgram& program, const ImageInfo& info, const SampleKey& key,
                 std::vector<SamplePlan>* plans);

// Headers and scratch->plans. Errors: those of Probe and MakePlan.
Status PlanSample(const SampleJob& job, Bytes bytes, const SampleKey& key, ImageInfo* info,
                  SampleScratch* scratch);

// Bytes of the output of all views; views have one size.
size_t OutputBytes(const std::vector<SamplePlan>& plans);

// Pixels of plans [first, end) of scratch->plans, which `image` holds, to their places in `out`.
// Errors: those of Execute.
Status ExecuteViews(const SampleJob& job, const DecodedImage& image, size_t first, size_t end,
                    const OutputView& out, SampleScratch* scratch, StageTimes* times);

// Pixels of scratch->plans into `out` (OutputBytes), one view after the other. The picture is
// decoded once, for all views that read it at the same scale. Errors: those of Decode and Execute.
Status RunPlans(const SampleJob& job, Bytes bytes, const ImageInfo& info, const OutputView& out,
                SampleScratch* scratch, StageTimes* times);

// All of it. `out` is zero-filled when the status is not OK.
Status RunSample(const SampleJob& job, const SampleSource& source, const SampleKey& key,
                 const OutputView& out, SampleScratch* scratch, StageTimes* times);

}  // namespace saker

#endif  // SAKER_LOADER_SAMPLE_H_
