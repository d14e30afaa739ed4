#include "batch/mix_executor.h"

#include <cstring>

namespace saker {
namespace {

bool Inside(const Rect& box, int32_t x, int32_t y) {
  return x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
}

bool TouchesRow(const Mix& mix, int32_t y) {
  return mix.partner >= 0 && (!mix.cut || (y >= mix.box.y && y < mix.box.y + mix.box.height));
}

// Row y of one picture, from its own row and its partner's; `out` holds the own row already.
void MixRow(const Mix& mix, int32_t y, size_t floats, size_t pixel_floats, const float* own,
            const float* partner, float* out) {
  if (!TouchesRow(mix, y)) return;
  if (mix.cut) {
    const size_t from = static_cast<size_t>(mix.box.x) * pixel_floats;
    std::memcpy(out + from, partner + from,
                static_cast<size_t>(mix.box.width) * pixel_floats * sizeof(float));
    return;
  }
  const float keep = mix.keep, give = 1 - mix.keep;
  for (size_t i = 0; i < floats; ++i) out[i] = keep * own[i] + give * partner[i];
}

}  // namespace

void MixPixels(const std::vector<Mix>& mixes, const BatchShape& shape, float* data,
               std::vector<float>* rows) {
  const bool nchw = shape.layout == OutputLayout::kNchw;
  const size_t pixel = nchw ? 1 : static_cast<size_t>(shape.channels);
  const size_t floats = pixel * static_cast<size_t>(shape.width);
  const int32_t planes = nchw ? shape.channels : 1;
  rows->resize(2 * floats);
  float* const copy_a = rows->data();
  float* const copy_b = copy_a + floats;
  for (size_t i = 0; i < mixes.size(); ++i) {
    const size_t j = mixes.size() - 1 - i;
    if (i >= j) break;
    float* a = data + i * shape.item_floats();
    float* b = data + j * shape.item_floats();
    for (int32_t plane = 0; plane < planes; ++plane) {
      for (int32_t y = 0; y < shape.height; ++y, a += floats, b += floats) {
        if (!TouchesRow(mixes[i], y) && !TouchesRow(mixes[j], y)) continue;
        std::memcpy(copy_a, a, floats * sizeof(float));
        std::memcpy(copy_b, b, floats * sizeof(float));
        MixRow(mixes[i], y, floats, pixel, copy_a, copy_b, a);
        MixRow(mixes[j], y, floats, pixel, copy_b, copy_a, b);
      }
    }
  }
}

void MixPixelsSimple(const std::vector<Mix>& mixes, const BatchShape& shape, float* data) {
  const size_t item = shape.item_floats();
  const std::vector<double> before(data, data + item * mixes.size());
  for (size_t i = 0; i < mixes.size(); ++i) {
    const Mix& mix = mixes[i];
    if (mix.partner < 0) continue;
    for (size_t at = 0; at < item; ++at) {
      const size_t pixel = shape.layout == OutputLayout::kNchw
                               ? at % (item / static_cast<size_t>(shape.channels))
                               : at / static_cast<size_t>(shape.channels);
      const int32_t x = static_cast<int32_t>(pixel % static_cast<size_t>(shape.width));
      const int32_t y = static_cast<int32_t>(pixel / static_cast<size_t>(shape.width));
      const double own = before[i * item + at];
      const double other = before[static_cast<size_t>(mix.partner) * item + at];
      const double lambda = mix.keep;
      const double value = mix.cut ? (Inside(mix.box, x, y) ? other : own)
                                   : lambda * own + (1 - lambda) * other;
      data[i * item + at] = static_cast<float>(value);
    }
  }
}

void MixTargets(const std::vector<Mix>& mixes, int32_t classes, float* targets) {
  const size_t n = static_cast<size_t>(classes);
  for (size_t i = 0; i < mixes.size(); ++i) {
    const size_t j = mixes.size() - 1 - i;
    if (i >= j) break;
    const float keep_i = mixes[i].partner < 0 ? 1 : mixes[i].keep;
    const float keep_j = mixes[j].partner < 0 ? 1 : mixes[j].keep;
    float* const a = targets + i * n;
    float* const b = targets + j * n;
    for (size_t k = 0; k < n; ++k) {
      const float own = a[k], other = b[k];
      a[k] = keep_i * own + (1 - keep_i) * other;
      b[k] = keep_j * other + (1 - keep_j) * own;
    }
  }
}

}  // namespace saker
