#include "pipeline/cuda/item_packer.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "ops/core/visit_step.h"
#include "pipeline/cuda/step_twins.h"
#include "pipeline/cuda/tile_size.h"

namespace saker {
namespace {

constexpr size_t kAlignment = 64;

size_t Aligned(size_t n) { return (n + kAlignment - 1) / kAlignment * kAlignment; }

template <class T>
size_t BytesOf(const std::vector<T>& values) {
  return values.size() * sizeof(T);
}

template <class T>
void Copy(const std::vector<T>& values, uint8_t* to) {
  if (!values.empty()) std::memcpy(to, values.data(), BytesOf(values));
}

// The pixel of [0, n) that stands at i after reflection at both ends.
int32_t Reflected(int32_t i, int32_t n) {
  if (n == 1) return 0;
  const int32_t period = 2 * (n - 1), r = ((i % period) + period) % period;
  return r < n ? r : period - r;
}

// A filter around each pixel, as a table: weights that the border reflects onto one pixel are
// added.
void FilterTable(const std::vector<float>& weights, int32_t size, AxisTable* table) {
  const int32_t taps = static_cast<int32_t>(weights.size()), reach = taps / 2;
  const size_t n = static_cast<size_t>(size);
  table->size = size;
  table->taps = std::min(taps, size);
  table->start.resize(n);
  table->count.resize(n);
  table->inside.assign(n, 1.0f);
  table->weights.assign(n * static_cast<size_t>(table->taps), 0.0f);
  for (int32_t o = 0; o < size; ++o) {
    int32_t lo = o, hi = o;
    for (int32_t k = -reach; k <= reach; ++k) {
      lo = std::min(lo, Reflected(o + k, size));
      hi = std::max(hi, Reflected(o + k, size));
    }
    const size_t at = static_cast<size_t>(o);
    table->start[at] = lo;
    table->count[at] = hi - lo + 1;
    float* row = table->weights.data() + at * static_cast<size_t>(table->taps);
    for (int32_t k = -reach; k <= reach; ++k)
      row[Reflected(o + k, size) - lo] += weights[static_cast<size_t>(k + reach)];
  }
}

DeviceDtype DtypeOf(OutputDtype dtype) {
  switch (dtype) {
    case OutputDtype::kF32:
      return DeviceDtype::kF32;
    case OutputDtype::kF16:
      return DeviceDtype::kF16;
    case OutputDtype::kBf16:
      return DeviceDtype::kBf16;
    case OutputDtype::kU8:
      break;
  }
  return DeviceDtype::kU8;
}

}  // namespace

size_t ItemPacker::Take(size_t bytes) {
  const size_t at = block_bytes_;
  block_bytes_ += Aligned(bytes);
  return at;
}

DeviceAxis ItemPacker::TakeAxis(const AxisTable& table) {
  DeviceAxis axis;
  axis.size = table.size;
  axis.taps = table.taps;
  axis.start = Take(BytesOf(table.start));
  axis.count = Take(BytesOf(table.count));
  axis.inside = Take(BytesOf(table.inside));
  axis.weights = Take(BytesOf(table.weights));
  return axis;
}

ItemPacker::Tables* ItemPacker::NextTables() {
  if (used_tables_ == tables_.size()) tables_.emplace_back();
  return &tables_[used_tables_++];
}

void ItemPacker::AddResample(const AxisChain& x, const AxisChain& y, int32_t origin_x,
                             int32_t origin_y, const float* fill, DevicePass* pass) {
  Tables* tables = NextTables();
  BuildAxisTable(x, origin_x, &scratch_, &tables->x);
  BuildAxisTable(y, origin_y, &scratch_, &tables->y);
  pass->resamples = true;
  pass->x = TakeAxis(tables->x);
  pass->y = TakeAxis(tables->y);
  pass->width = tables->x.size;
  pass->height = tables->y.size;
  if (fill != nullptr) std::copy_n(fill, 3, pass->fill);
}

Status ItemPacker::AddStep(const SamplePlan& plan, int32_t index) {
  const PixelStep& step = plan.steps[static_cast<size_t>(index)];
  if (!HasCudaTwin(step.kind)) {
    return Status(ErrorCode::kPipelineUnsupported,
                  std::string("the step ") + StepName(step) + " runs on the CPU only");
  }
  const PassKind kind = PassOf(step);
  DeviceStep state;
  if (kind == PassKind::kTable) {
    level_tables_.emplace_back();
    VisitStep(step, [this](const auto& s) {
      if constexpr (std::decay_t<decltype(s)>::kPass == PassKind::kTable)
        FillTable(s, &level_tables_.back());
    });
    state.table = Take(sizeof(LevelTable));
  }
  if (kind == PassKind::kStatistic) state.stats = Take(offsetof(StepStats, count));
  if (kind == PassKind::kHistogram) state.stats = Take(sizeof(StepStats));
  states_.push_back(state);
  if (kind == PassKind::kPointwise || kind == PassKind::kPlaced || kind == PassKind::kTable) {
    passes_.back().last = index + 1;
    return OkStatus();
  }
  DevicePass pass;
  pass.barrier = index;
  pass.first = index + 1;
  pass.width = step.width;
  pass.height = step.height;
  if (kind == PassKind::kStatistic || kind == PassKind::kHistogram) {
    passes_.back().gather = index;
    pass.first = index;  // reads its own pixel, then maps it
  } else if (kind == PassKind::kResample) {
    const Resampling& r = plan.resamples[static_cast<size_t>(step.Get<ResampleStep>().index)];
    AddResample(r.x, r.y, r.in_x, r.in_y, r.has_fill ? r.fill.data() : nullptr, &pass);
  } else {
    VisitStep(step, [&](const auto& s) {
      if constexpr (IsSeparable<std::decay_t<decltype(s)>>::value) {
        Tables* tables = NextTables();
        SeparableWeights(s, 0, &weights_);
        FilterTable(weights_, pass.width, &tables->x);
        SeparableWeights(s, 1, &weights_);
        FilterTable(weights_, pass.height, &tables->y);
        pass.resamples = true;
        pass.x = TakeAxis(tables->x);
        pass.y = TakeAxis(tables->y);
      }
    });
  }
  pass.last = index + 1;
  passes_.push_back(pass);
  return OkStatus();
}

Status ItemPacker::Prepare(const SamplePlan& plan, const DecodedImage& image) {
  const Rect& need = plan.source;
  if (need.x < image.origin_x || need.y < image.origin_y ||
      need.x + need.width > image.origin_x + image.view.width ||
      need.y + need.height > image.origin_y + image.view.height) {
    return Status(ErrorCode::kInternal, "the decoded region does not hold the planned one");
  }
  return Layout(plan, static_cast<size_t>(need.width) * static_cast<size_t>(need.height) *
                          static_cast<size_t>(image.view.channels));
}

Status ItemPacker::PrepareFile(const SamplePlan& plan, size_t bytes) { return Layout(plan, bytes); }

Status ItemPacker::Layout(const SamplePlan& plan, size_t pixel_bytes) {
  const Rect& need = plan.source;
  passes_.clear();
  states_.clear();
  level_tables_.clear();
  used_tables_ = 0;
  block_bytes_ = 0;
  zero_tiles_ = 0;
  passes_.emplace_back();
  AddResample(plan.x, plan.y, need.x, need.y, plan.has_fill ? plan.fill.data() : nullptr,
              &passes_.back());
  for (size_t i = 0; i < plan.steps.size(); ++i)
    SAKER_RETURN_IF_ERROR(AddStep(plan, static_cast<int32_t>(i)));
  passes_at_ = Take(BytesOf(passes_));
  states_at_ = Take(BytesOf(states_));
  steps_at_ = Take(plan.steps.size() * sizeof(PixelStep));
  pixels_at_ = Take(pixel_bytes);
  size_t area = 0;
  for (const DevicePass& pass : passes_)
    area = std::max(area, static_cast<size_t>(pass.width) * static_cast<size_t>(pass.height));
  picture_bytes_ = Aligned(area * 3 * sizeof(float));
  workspace_bytes_ = passes_.size() > 1 ? 2 * picture_bytes_ : 0;
  return OkStatus();
}

void ItemPacker::PrepareZero(size_t bytes) {
  passes_.clear();
  block_bytes_ = 0;
  workspace_bytes_ = 0;
  zero_tiles_ = static_cast<int32_t>(std::min<size_t>(bytes / 16384 + 1, 64));
}

void ItemPacker::AddTo(WaveShape* shape) const {
  const int32_t rounds = std::max(static_cast<int32_t>(passes_.size()), 1);
  shape->rounds = std::max(shape->rounds, rounds);
  shape->tiles[0] = std::max(shape->tiles[0], zero_tiles_);
  for (size_t i = 0; i < passes_.size(); ++i) {
    shape->tiles[i] =
        std::max(shape->tiles[i], device::TilesOf(passes_[i].width, passes_[i].height));
    if (passes_[i].gather >= 0) shape->gathers[i] = true;
  }
}

void ItemPacker::WriteAxis(const AxisTable& table, const DeviceAxis& axis, uint8_t* base) const {
  Copy(table.start, base + axis.start);
  Copy(table.count, base + axis.count);
  Copy(table.inside, base + axis.inside);
  Copy(table.weights, base + axis.weights);
}

void ItemPacker::WritePlan(const SamplePlan& plan, void* out, uint8_t* block, size_t at,
                           size_t workspace_at, DeviceItem* item) const {
  uint8_t* base = block + at;
  DevicePass* passes = reinterpret_cast<DevicePass*>(base + passes_at_);
  size_t table = 0;
  for (size_t i = 0; i < passes_.size(); ++i) {
    passes[i] = passes_[i];
    if (!passes_[i].resamples) continue;
    const Tables& tables = tables_[table++];
    WriteAxis(tables.x, passes_[i].x, base);
    WriteAxis(tables.y, passes_[i].y, base);
    for (DeviceAxis* axis : {&passes[i].x, &passes[i].y}) {
      for (uint64_t* offset : {&axis->start, &axis->count, &axis->inside, &axis->weights})
        *offset += at;
    }
  }
  DeviceStep* states = reinterpret_cast<DeviceStep*>(base + states_at_);
  table = 0;
  for (size_t i = 0; i < states_.size(); ++i) {
    const PixelStep& step = plan.steps[i];
    const PassKind kind = PassOf(step);
    states[i] = {states_[i].table + at, states_[i].stats + at};
    if (kind == PassKind::kTable)
      std::memcpy(base + states_[i].table, &level_tables_[table++], sizeof(LevelTable));
    if (kind == PassKind::kStatistic)
      std::memset(base + states_[i].stats, 0, offsetof(StepStats, count));
    if (kind == PassKind::kHistogram) std::memset(base + states_[i].stats, 0, sizeof(StepStats));
    std::memcpy(base + steps_at_ + i * sizeof(PixelStep), &step, sizeof(PixelStep));
  }
  *item = DeviceItem();
  item->pixels = at + pixels_at_;
  item->num_passes = static_cast<int32_t>(passes_.size());
  item->num_steps = static_cast<int32_t>(states_.size());
  item->passes = at + passes_at_;
  item->steps = at + steps_at_;
  item->states = at + states_at_;
  item->pictures[0] = workspace_at;
  item->pictures[1] = workspace_at + picture_bytes_;
  for (size_t c = 0; c < 3; ++c) {
    item->scale[c] = plan.scale[c];
    item->bias[c] = plan.bias[c];
  }
  item->dtype = DtypeOf(plan.dtype);
  item->nchw = plan.layout == OutputLayout::kNchw;
  item->out_channels = plan.channels;
  item->out_width = plan.width();
  item->out_height = plan.height();
  item->out_bytes = static_cast<int64_t>(plan.output_bytes());
  item->out = out;
}

void ItemPacker::Write(const SamplePlan& plan, const DecodedImage& image, void* out, uint8_t* block,
                       size_t at, size_t workspace_at, DeviceItem* item) const {
  WritePlan(plan, out, block, at, workspace_at, item);
  const Rect& need = plan.source;
  const size_t channels = static_cast<size_t>(image.view.channels);
  const size_t row_bytes = static_cast<size_t>(need.width) * channels;
  for (int y = 0; y < need.height; ++y) {
    std::memcpy(block + at + pixels_at_ + static_cast<size_t>(y) * row_bytes,
                image.view.Row(need.y - image.origin_y + y) +
                    static_cast<size_t>(need.x - image.origin_x) * channels,
                row_bytes);
  }
  item->stride = static_cast<int64_t>(row_bytes);
  item->channels = image.view.channels;
}

void ItemPacker::WriteFile(const SamplePlan& plan, Bytes file, void* out, uint8_t* block, size_t at,
                           size_t workspace_at, DeviceItem* item) const {
  WritePlan(plan, out, block, at, workspace_at, item);
  std::memcpy(block + at + pixels_at_, file.data(), file.size());
}

void ItemPacker::WriteZero(void* out, size_t bytes, DeviceItem* item) const {
  *item = DeviceItem();
  item->out = out;
  item->out_bytes = static_cast<int64_t>(bytes);
}

}  // namespace saker
