#include "plan/program.h"

#include <string>

#include "ops/core/axis_chain.h"
#include "ops/core/color_step.h"
#include "ops/resize/resize.h"

namespace saker {
namespace {

// What is known about the picture at an op, whatever the picture.
struct Walk {
  int32_t height = 0, width = 0;  // 0: depends on the picture
  int32_t channels = 3;
  int32_t axis_steps = 0;  // worst case
  int32_t color_steps = 0;
  const char* placed = nullptr;  // the op before here that geometry may not follow, if any
  bool erases_mean = false;
  bool normalized = false;
  bool per_channel_normalize = false;

  bool colored() const { return normalized || color_steps > 0; }
  void Fix(int32_t h, int32_t w) {
    height = h;
    width = w;
  }
};

Status Unsupported(std::string detail) {
  return Status(ErrorCode::kPipelineUnsupported, std::move(detail));
}

Status CheckBorder(const Walk& walk, const char* op, bool constant) {
  if (constant && walk.colored()) {
    return Unsupported(
        std::string(op) +
        " adds a constant border after a colour op or Normalize; put it before them");
  }
  return OkStatus();
}

// Colour runs after the geometry, which a filter over neighbouring pixels or a box does not commute
// with.
Status CheckGeometry(const Walk& walk, const char* op) {
  if (walk.placed == nullptr) return OkStatus();
  return Unsupported(std::string(op) + " after " + walk.placed +
                     "; put it before (only flips may follow)");
}

Status Visit(const ResizeParams& p, Walk* walk) {
  SAKER_RETURN_IF_ERROR(CheckGeometry(*walk, "Resize"));
  walk->axis_steps += 1;
  if (p.max_size && p.size.size() == 2)
    return Unsupported("Resize: max_size goes with size [n] only");
  if (p.max_size && *p.max_size <= p.size[0]) {
    return Unsupported("Resize: max_size must be above size, received " +
                       std::to_string(*p.max_size) + " and " + std::to_string(p.size[0]));
  }
  if (p.size.size() == 2) {
    walk->Fix(p.size[0], p.size[1]);
  } else if (walk->height > 0) {
    const PictureSize size = ResizedSize(p, walk->height, walk->width);
    walk->Fix(size.height, size.width);
  }
  return OkStatus();
}

Status Visit(const CenterCropParams& p, Walk* walk) {
  SAKER_RETURN_IF_ERROR(CheckGeometry(*walk, "CenterCrop"));
  walk->axis_steps += 2;
  walk->Fix(p.size[0], p.size[1]);
  return OkStatus();
}

Status Visit(const RandomResizedCropParams& p, Walk* walk) {
  SAKER_RETURN_IF_ERROR(CheckGeometry(*walk, "RandomResizedCrop"));
  walk->axis_steps += 2;
  walk->Fix(p.size[0], p.size[1]);
  return OkStatus();
}

Status Visit(const ResizedCropParams& p, Walk* walk) {
  SAKER_RETURN_IF_ERROR(CheckGeometry(*walk, "ResizedCrop"));
  walk->axis_steps += 3;
  walk->Fix(p.size[0], p.size[1]);
  return OkStatus();
}

Status Visit(const RandomCropParams& p, Walk* walk) {
  SAKER_RETURN_IF_ERROR(CheckGeometry(*walk, "RandomCrop"));
  walk->axis_steps += 2;
  walk->Fix(p.size[0], p.size[1]);
  const bool pads = p.padding.has_value() || p.pad_if_needed;
  return CheckBorder(*walk, "RandomCrop", pads && p.padding_mode == PaddingMode::kConstant);
}

Status Visit(const PadParams& p, Walk* walk) {
  SAKER_RETURN_IF_ERROR(CheckGeometry(*walk, "Pad"));
  walk->axis_steps += 1;
  if (walk->height > 0) {
    walk->Fix(walk->height + p.padding[1] + p.padding[3],
              walk->width + p.padding[0] + p.padding[2]);
  }
  return CheckBorder(*walk, "Pad", p.padding_mode == PaddingMode::kConstant);
}

Status Visit(const RandomHorizontalFlipParams&, Walk* walk) {
  walk->axis_steps += 1;
  return OkStatus();
}

Status Visit(const RandomVerticalFlipParams&, Walk* walk) {
  walk->axis_steps += 1;
  return OkStatus();
}

Status VisitColor(const char* op, int32_t steps, Walk* walk) {
  if (walk->normalized) return Unsupported(std::string(op) + " after Normalize; put it before");
  walk->color_steps += steps;
  return OkStatus();
}

Status Visit(const ColorJitterParams&, Walk* walk) { return VisitColor("ColorJitter", 4, walk); }

Status Visit(const GrayscaleParams& p, Walk* walk) {
  walk->channels = p.num_output_channels;
  return VisitColor("Grayscale", 1, walk);
}

Status Visit(const RandomInvertParams&, Walk* walk) { return VisitColor("RandomInvert", 1, walk); }

Status Visit(const RandomPosterizeParams&, Walk* walk) {
  return VisitColor("RandomPosterize", 1, walk);
}

Status Visit(const RandomSolarizeParams&, Walk* walk) {
  return VisitColor("RandomSolarize", 1, walk);
}

Status Visit(const RandomGrayscaleParams&, Walk* walk) {
  return VisitColor("RandomGrayscale", 1, walk);
}

Status Visit(const RandomChannelPermutationParams&, Walk* walk) {
  return VisitColor("RandomChannelPermutation", 1, walk);
}

Status Visit(const PermuteChannelsParams&, Walk* walk) {
  return VisitColor("PermuteChannels", 1, walk);
}

Status Visit(const AdjustGammaParams&, Walk* walk) { return VisitColor("AdjustGamma", 1, walk); }

Status Visit(const RandomAutocontrastParams&, Walk* walk) {
  return VisitColor("RandomAutocontrast", 1, walk);
}

Status Visit(const RandomEqualizeParams&, Walk* walk) {
  return VisitColor("RandomEqualize", 1, walk);
}

Status Visit(const RandomPhotometricDistortParams&, Walk* walk) {
  return VisitColor("RandomPhotometricDistort", 5, walk);
}

// Not a filter, but its box belongs to the picture as it stands there.
Status Visit(const RandomErasingParams& p, Walk* walk) {
  walk->placed = "RandomErasing";
  if (p.value.kind == EraseKind::kMean) walk->erases_mean = true;
  return VisitColor("RandomErasing", 1, walk);
}

Status Visit(const RandomAdjustSharpnessParams&, Walk* walk) {
  walk->placed = "RandomAdjustSharpness";
  return VisitColor("RandomAdjustSharpness", 1, walk);
}

Status Visit(const GaussianBlurParams&, Walk* walk) {
  walk->placed = "GaussianBlur";
  return VisitColor("GaussianBlur", 1, walk);
}

Status Visit(const NormalizeParams& p, Walk* walk) {
  for (const size_t n : {p.mean.size(), p.std.size()}) {
    if (n != 1 && static_cast<int32_t>(n) != walk->channels) {
      return Unsupported("Normalize has " + std::to_string(n) + " values, the picture has " +
                         std::to_string(walk->channels) + " channel(s) there");
    }
    if (n > 1) walk->per_channel_normalize = true;
  }
  walk->normalized = true;
  return OkStatus();
}

}  // namespace

Status CompileProgram(PipelineProgram* program) {
  Walk walk;
  for (const OpParams& op : program->ops) {
    SAKER_RETURN_IF_ERROR(
        std::visit([&walk](const auto& params) { return Visit(params, &walk); }, op));
  }
  if (walk.erases_mean && !walk.normalized) {
    return Unsupported("RandomErasing with value mean, which Normalize gives, without Normalize");
  }
  if (walk.normalized && program->dtype == OutputDtype::kU8) {
    return Unsupported("Normalize with u8 output; use f32 output or drop Normalize");
  }
  if (walk.per_channel_normalize && program->channels == 1) {
    return Unsupported("a 1-channel output of a Normalize with 3 values; give it 1 value");
  }
  if (!program->batch.empty() && program->dtype != OutputDtype::kF32) {
    return Unsupported("ops on batches need f32 output");
  }
  // Planning for a DCT scale may add a crop and a flip.
  if (walk.axis_steps + 2 > AxisChain::kMaxSteps) {
    return Unsupported("more geometry than the " + std::to_string(AxisChain::kMaxSteps - 2) +
                       " steps a plan holds");
  }
  if (walk.color_steps > static_cast<int32_t>(ColorSteps::capacity())) {
    return Unsupported("more than " + std::to_string(ColorSteps::capacity()) + " colour steps");
  }
  if (static_cast<int64_t>(walk.height) * walk.width > kMaxOutputPixels) {
    return Unsupported("an output of " + std::to_string(walk.width) + "x" +
                       std::to_string(walk.height) + " pixels");
  }
  program->height = walk.height;
  program->width = walk.width;
  return OkStatus();
}

}  // namespace saker
