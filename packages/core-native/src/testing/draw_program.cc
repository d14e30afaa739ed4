#include "testing/draw_program.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

namespace saker {
namespace testing_support {
namespace {

struct NamedRange {
  const char* name;
  double lo, hi;
};

// By field name, because the generated structs carry no ranges; 0..1 for a name that is not here.
constexpr NamedRange kReals[] = {
    {"brightness", 0, 3}, {"contrast", 0, 3},     {"saturation", 0, 3},       {"hue", -0.5, 0.5},
    {"gamma", 0, 4},      {"gain", 0, 3},         {"sharpness_factor", 0, 3}, {"threshold", 0, 256},
    {"sigma", 0.05, 5},   {"std", 0.05, 1},       {"fill", 0, 255},           {"scale", 0.02, 1},
    {"ratio", 0.2, 5},    {"degrees", -360, 360}, {"angle", -360, 360},       {"shear", -60, 60},
    {"center", -20, 90},  {"side_range", 1, 3},   {"alpha", 0.1, 60},         {"translate", 0, 1},
};

// As above; 1..6 for a name that is not here.
constexpr NamedRange kWholes[] = {
    {"size", 1, 72},
    {"max_size", 80, 400},
    {"top", -30, 60},
    {"left", -30, 60},
    {"height", 1, 80},
    {"width", 1, 80},
    {"padding", 0, 20},
    {"bits", 0, 8},
    {"magnitude", 0, 9},
    {"quality", 1, 100},
    {"severity", 1, 10},
    {"num_holes", 1, 4},
    {"num_magnitude_bins", 10, 40},
    {"num_ops", 1, 3},
    {"mixture_width", 1, 3},
    {"chain_depth", -1, 3},
};

template <size_t N>
NamedRange Find(const NamedRange (&table)[N], const char* name, double lo, double hi) {
  for (const NamedRange& range : table) {
    if (std::strcmp(range.name, name) == 0) return range;
  }
  return {name, lo, hi};
}

// Fills the fields of a parameter struct.
class FieldDraw {
 public:
  FieldDraw(ByteDraw* draw, const char* op) : draw_(draw), op_(op) {}

  void operator()(const char* name, double& v) const {
    const NamedRange range = Find(kReals, name, 0, 1);
    v = draw_->Between(range.lo, range.hi);
  }
  void operator()(const char* name, int32_t& v) const {
    if (std::strcmp(name, "num_output_channels") == 0) {
      v = draw_->Below(2) == 0 ? 1 : 3;
      return;
    }
    const NamedRange range = Find(kWholes, name, 1, 6);
    v = static_cast<int32_t>(range.lo) + draw_->Below(static_cast<int>(range.hi - range.lo) + 1);
  }
  void operator()(const char*, bool& v) const { v = (draw_->Byte() & 1) != 0; }
  void operator()(const char*, EraseValue& v) const {
    v.kind = static_cast<EraseKind>(draw_->Below(3));
    for (double& c : v.color) c = draw_->Between(0, 255);
  }
  // Intervals: low end first. Four numbers are two of them.
  template <size_t N>
  void operator()(const char* name, std::array<double, N>& v) const {
    for (double& x : v) (*this)(name, x);
    if constexpr (N % 2 == 0) {
      for (size_t i = 0; i < N; i += 2) {
        if (v[i] > v[i + 1]) std::swap(v[i], v[i + 1]);
      }
    }
  }
  template <size_t N>
  void operator()(const char* name, std::array<int32_t, N>& v) const {
    for (int32_t& x : v) (*this)(name, x);
    if (std::strcmp(name, "kernel_size") == 0) {
      for (int32_t& x : v) x = 2 * x - 1;
    }
    if (std::strcmp(name, "permutation") == 0) {
      for (size_t i = 0; i < N; ++i) v[i] = static_cast<int32_t>(i);
      for (size_t i = N - 1; i > 0; --i) {
        std::swap(v[i], v[static_cast<size_t>(draw_->Below(static_cast<int>(i) + 1))]);
      }
    }
  }
  template <class T, size_t N>
  void operator()(const char* name, InlineVec<T, N>& v) const {
    // Real numbers stand for channels; sizes are pairs but for Resize, which may have a short side.
    int count = static_cast<int>(N);
    if (std::is_same_v<T, double>) {
      count = draw_->Below(2) == 0 ? 1 : 3;
    } else if (std::strcmp(op_, "Resize") == 0) {
      count = 1 + draw_->Below(count);
    }
    for (int i = 0; i < count; ++i) {
      T value{};
      (*this)(name, value);
      v.push_back(value);
    }
  }
  template <class T>
  void operator()(const char* name, std::optional<T>& v) const {
    if ((draw_->Byte() & 1) == 0) return;
    v.emplace();
    (*this)(name, *v);
  }
  template <class T>
  void operator()(const char* name, T& v) const {
    if constexpr (std::is_enum_v<T>) {
      v = static_cast<T>(draw_->Below(EnumNames<T>::count));
    } else {
      static_cast<void>(name);  // a kind of field with a meaning of its own keeps its default
    }
  }

 private:
  ByteDraw* draw_;
  const char* op_;
};

template <size_t... I>
OpParams OpAt(size_t index, std::index_sequence<I...>) {
  OpParams op;
  (void)std::initializer_list<int>{
      (index == I ? (op = std::variant_alternative_t<I, OpParams>(), 0) : 0)...};
  return op;
}

OpParams DrawOp(ByteDraw* draw) {
  constexpr size_t kOps = std::variant_size_v<OpParams>;
  OpParams op = OpAt(static_cast<size_t>(draw->Below(kOps)), std::make_index_sequence<kOps>());
  std::visit([&](auto& params) { params.VisitFields(FieldDraw(draw, params.kName)); }, op);
  return op;
}

}  // namespace

int ByteDraw::Below(int n) {
  int value = Byte();
  if (n > 256) value = value << 8 | Byte();
  return value % n;
}

double ByteDraw::Between(double lo, double hi) {
  const int step = Byte();
  // The ends and the middle are drawn often.
  if (step < 8) return lo;
  if (step < 16) return hi;
  if (step < 20) return (lo + hi) / 2;
  return lo + (hi - lo) * (step * 256 + Byte()) / 65535.0;
}

PipelineProgram DrawProgram(ByteDraw* draw) {
  PipelineProgram program;
  program.dct_scaling = draw->Below(2) == 0 ? DctScaling::kAuto : DctScaling::kOff;
  program.channels = draw->Below(4) == 0 ? 1 : 3;
  program.dtype = draw->Below(3) == 0 ? OutputDtype::kU8 : OutputDtype::kF32;
  program.layout = draw->Below(2) == 0 ? OutputLayout::kNhwc : OutputLayout::kNchw;
  const int count = draw->Below(7);
  for (int i = 0; i < count; ++i) program.ops.push_back(DrawOp(draw));
  return program;
}

SampleKey DrawKey(ByteDraw* draw) {
  SampleKey key;
  key.seed = draw->Byte();
  key.epoch = draw->Byte();
  key.sample_id = draw->Byte();
  return key;
}

}  // namespace testing_support
}  // namespace saker
