#include "plan/axis_table.h"

#include <algorithm>
#include <cmath>

#include "ops/core/filters.h"

namespace saker {
namespace {

using Row = AxisScratch::Row;

// A weighted sum of the rows [in.lo, in.hi) of the matrix so far, as one row of the next. `first`
// is the index that rows[0] stands for.
Row MixRows(const std::vector<double>& taps, AxisRange in, int32_t first, AxisScratch* s) {
  int32_t lo = INT32_MAX, hi = INT32_MIN;
  for (int32_t i = in.lo; i < in.hi; ++i) {
    const Row& row = s->rows[static_cast<size_t>(i - first)];
    if (row.count == 0) continue;
    lo = std::min(lo, row.start);
    hi = std::max(hi, row.start + row.count);
  }
  const int32_t at = static_cast<int32_t>(s->next_weights.size());
  if (lo >= hi) return {0, 0, at};
  s->next_weights.resize(static_cast<size_t>(at + hi - lo), 0.0);
  for (int32_t i = in.lo; i < in.hi; ++i) {
    const Row& row = s->rows[static_cast<size_t>(i - first)];
    const double tap = taps[static_cast<size_t>(i - in.lo)];
    for (int32_t k = 0; k < row.count; ++k) {
      s->next_weights[static_cast<size_t>(at + row.start - lo + k)] +=
          tap * s->weights[static_cast<size_t>(row.weights + k)];
    }
  }
  return {lo, hi - lo, at};
}

// Normalised filter weights of output `o`, appended to `weights` (Pillow, Resample.c,
// precompute_coeffs).
AxisRange AppendTaps(const AxisStep& step, int32_t input_size, int32_t o,
                     std::vector<double>* weights) {
  const AxisRange window = ResizeWindow(step, input_size, o);
  const double scale = (step.box1 - step.box0) / step.size;
  const double shrink = 1.0 / (step.antialias ? std::max(scale, 1.0) : 1.0);
  const double center = step.box0 + (o + 0.5) * scale;
  const size_t first = weights->size();
  double sum = 0;
  for (int32_t i = window.lo; i < window.hi; ++i) {
    const double w = FilterWeight(step.filter, (i - center + 0.5) * shrink);
    weights->push_back(w);
    sum += w;
  }
  if (sum != 0) {
    for (size_t k = first; k < weights->size(); ++k) (*weights)[k] /= sum;
  }
  return window;
}

// True when row i is pixel i + a constant, whole: the usual case of a resize that only crops stand
// before.
bool IsPlainWindow(const AxisScratch& s) {
  for (size_t i = 0; i < s.rows.size(); ++i) {
    const Row& row = s.rows[i];
    if (row.count != 1 || row.start != s.rows[0].start + static_cast<int32_t>(i)) return false;
    if (s.weights[static_cast<size_t>(row.weights)] != 1.0) return false;
  }
  return true;
}

void ResizeRows(const AxisStep& step, int32_t input_size, AxisRange out, int32_t first,
                AxisScratch* s) {
  // Only border is seen of what the resize makes: there are no rows to mix.
  if (out.empty()) return;
  s->next_weights.clear();
  if (step.filter == Interpolation::kNearest) {
    s->next_weights = s->weights;
    VisitNearest(step, input_size, out.hi, [&](int32_t o, int32_t pixel) {
      if (o >= out.lo) s->next_rows.push_back(s->rows[static_cast<size_t>(pixel - first)]);
    });
  } else if (IsPlainWindow(*s)) {
    const int32_t shift = s->rows[0].start - first;
    for (int32_t o = out.lo; o < out.hi; ++o) {
      const int32_t at = static_cast<int32_t>(s->next_weights.size());
      const AxisRange in = AppendTaps(step, input_size, o, &s->next_weights);
      s->next_rows.push_back({in.lo + shift, in.hi - in.lo, at});
    }
  } else {
    for (int32_t o = out.lo; o < out.hi; ++o) {
      s->taps.clear();
      const AxisRange in = AppendTaps(step, input_size, o, &s->taps);
      s->next_rows.push_back(MixRows(s->taps, in, first, s));
    }
  }
  s->weights.swap(s->next_weights);
}

void StoreTable(int32_t origin, const AxisScratch& s, AxisTable* table) {
  table->size = static_cast<int32_t>(s.rows.size());
  table->taps = 1;
  for (const Row& row : s.rows) table->taps = std::max(table->taps, row.count);
  const size_t n = s.rows.size(), taps = static_cast<size_t>(table->taps);
  table->start.resize(n);
  table->count.resize(n);
  table->inside.resize(n);
  table->weights.assign(n * taps, 0.0f);
  for (size_t o = 0; o < n; ++o) {
    const Row& row = s.rows[o];
    table->start[o] = row.count == 0 ? 0 : row.start - origin;
    table->count[o] = row.count;
    double sum = 0;
    for (int32_t k = 0; k < row.count; ++k) {
      const double w = s.weights[static_cast<size_t>(row.weights + k)];
      table->weights[o * taps + static_cast<size_t>(k)] = static_cast<float>(w);
      sum += w;
    }
    // Normalised weights add up to 1 but for their last bits; fill must not shine through there.
    // Where a border takes negative weights the sum is above 1.
    table->inside[o] = std::abs(sum - 1) < 1e-9 ? 1.0f : static_cast<float>(sum);
  }
}

}  // namespace

void BuildAxisTable(const AxisChain& chain, int32_t origin, AxisScratch* s, AxisTable* table) {
  // What each step must deliver, from the last to the source.
  AxisRange need[AxisChain::kMaxSteps + 1];
  need[chain.count] = {0, chain.size()};
  for (int k = chain.count - 1; k >= 0; --k) need[k] = StepInputs(chain, k, need[k + 1]);

  s->rows.clear();
  s->weights.assign(1, 1.0);
  for (int32_t i = need[0].lo; i < need[0].hi; ++i) s->rows.push_back({i, 1, 0});
  for (int k = 0; k < chain.count; ++k) {
    const AxisStep& step = chain.steps[k];
    const int32_t input_size = chain.SizeAfter(k - 1), first = need[k].lo;
    s->next_rows.clear();
    if (step.kind == AxisStepKind::kResize) {
      ResizeRows(step, input_size, need[k + 1], first, s);
    } else {
      for (int32_t i = need[k + 1].lo; i < need[k + 1].hi; ++i) {
        const int32_t from = StepSource(step, input_size, i);
        s->next_rows.push_back(from < 0 ? Row{0, 0, 0}
                                        : s->rows[static_cast<size_t>(from - first)]);
      }
    }
    s->rows.swap(s->next_rows);
  }
  StoreTable(origin, *s, table);
}

}  // namespace saker
