#include "testing/random_programs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace saker {
namespace testing_support {
namespace {

// Draws the fields of a parameter struct by name and type. A field of a new name takes the range of
// its type, below; give it a line in RangeOf when that is not a valid one.
class FieldDraw {
 public:
  explicit FieldDraw(std::mt19937* random) : random_(*random) {}

  void operator()(const char* name, int32_t& v) { v = Whole(name); }
  void operator()(const char* name, double& v) { v = Real(name); }
  void operator()(const char*, bool& v) { v = Below(2) == 1; }
  // The ops that happen to follow.
  void operator()(const char*, OpList& v) { v.count = 1 + Below(3); }
  void operator()(const char* name, EraseValue& v) {
    v.kind = Below(2) == 0 ? EraseKind::kRandom : EraseKind::kColor;
    (*this)(name, v.color);
  }
  template <class E, class = std::enable_if_t<std::is_enum_v<E>>>
  void operator()(const char*, E& v) {
    v = static_cast<E>(Below(EnumNames<E>::count));
  }
  template <class T, size_t N>
  void operator()(const char* name, std::array<T, N>& v) {
    for (T& item : v) (*this)(name, item);
    const std::string field = name;
    if constexpr (std::is_same_v<T, double> && (N == 2 || N == 4)) {
      // Intervals [low, high].
      for (size_t i = 0; i + 1 < N && IsInterval(field); i += 2)
        if (v[i] > v[i + 1]) std::swap(v[i], v[i + 1]);
    }
    if constexpr (std::is_same_v<T, std::array<double, 2>>) {
      // Corners in their order, so that the map is one.
      for (size_t i = 0; i < N; ++i) {
        if (i == 1 || i == 2) v[i][0] += 60;
        if (i >= 2) v[i][1] += 60;
      }
    }
    if constexpr (std::is_same_v<T, int32_t> && N == 3) {
      v = {0, 1, 2};
      std::shuffle(v.begin(), v.end(), random_);
    }
  }
  template <class T, size_t N>
  void operator()(const char* name, InlineVec<T, N>& v) {
    v = InlineVec<T, N>();
    const bool size = std::is_same_v<T, int32_t>;
    const int count = size ? 2 : 1;
    for (int i = 0; i < count; ++i) {
      T item{};
      (*this)(name, item);
      v.push_back(item);
    }
  }
  template <class T>
  void operator()(const char* name, std::optional<T>& v) {
    v.reset();
    const std::string field = name;
    if (field == "max_size" || Below(3) == 0) return;
    T item{};
    (*this)(name, item);
    v = item;
  }

 private:
  int Below(int n) { return static_cast<int>(random_() % static_cast<uint32_t>(n)); }

  static bool IsInterval(const std::string& field) {
    return field != "center" && field != "translate" && field != "fill" && field != "value" &&
           field != "startpoints" && field != "endpoints" && field != "alpha";
  }

  int32_t Whole(const std::string& field) {
    if (field == "kernel_size") return 1 + 2 * Below(6);
    if (field == "bits") return Below(9);
    if (field == "padding") return Below(12);
    if (field == "num_magnitude_bins") return 10 + Below(40);
    if (field == "magnitude" || field == "severity") return 1 + Below(9);
    if (field == "num_ops" || field == "mixture_width") return 1 + Below(3);
    if (field == "chain_depth") return Below(4) - 1;
    if (field == "num_output_channels") return 3;
    if (field == "top" || field == "left") return Below(60) - 20;
    return 1 + Below(70);
  }

  double Real(const std::string& field) {
    const auto [low, high] = RangeOf(field);
    // Now and then the ends themselves.
    const int pick = Below(8);
    if (pick == 0) return low;
    if (pick == 1) return high;
    return low + (high - low) * (random_() * 0x1p-32);
  }

  static std::pair<double, double> RangeOf(const std::string& field) {
    if (field == "degrees" || field == "angle") return {-200, 200};
    if (field == "shear") return {-40, 40};
    if (field == "scale") return {0.2, 1};
    if (field == "side_range") return {1, 2};
    if (field == "alpha") return {0.5, 40};
    if (field == "ratio") return {0.3, 3};
    if (field == "center") return {-20, 90};
    if (field == "startpoints" || field == "endpoints") return {0, 30};
    if (field == "hue") return {-0.5, 0.5};
    if (field == "sigma") return {0.2, 4};
    if (field == "threshold" || field == "fill" || field == "value") return {0, 255};
    if (field == "gamma" || field == "gain" || field == "std") return {0.4, 2};
    if (field == "brightness" || field == "contrast" || field == "saturation" ||
        field == "sharpness_factor") {
      return {0, 2};
    }
    return {0, 1};
  }

  std::mt19937& random_;
};

template <size_t... Index>
OpParams DrawOp(size_t which, FieldDraw* draw, std::index_sequence<Index...>) {
  OpParams op;
  const auto make = [&](auto index) {
    if (which != decltype(index)::value) return;
    std::variant_alternative_t<decltype(index)::value, OpParams> params{};
    params.VisitFields(*draw);
    op = params;
  };
  (make(std::integral_constant<size_t, Index>()), ...);
  return op;
}

void NoLanczos(OpParams* op) {
  std::visit(
      [](auto& params) {
        using P = std::decay_t<decltype(params)>;
        if constexpr (std::is_same_v<P, RandomRotationParams> ||
                      std::is_same_v<P, RandomAffineParams> || std::is_same_v<P, AffineParams> ||
                      std::is_same_v<P, RandomPerspectiveParams> ||
                      std::is_same_v<P, PerspectiveParams>) {
          if (params.interpolation == Interpolation::kLanczos)
            params.interpolation = Interpolation::kBicubic;
        }
      },
      *op);
}

}  // namespace

PipelineProgram RandomProgramOfAllOps(int most_ops, std::mt19937* random) {
  FieldDraw draw(random);
  const auto below = [&](int n) {
    return static_cast<int>((*random)() % static_cast<uint32_t>(n));
  };
  for (;;) {
    PipelineProgram program;
    program.dtype = below(4) == 0 ? OutputDtype::kU8 : OutputDtype::kF32;
    program.layout = below(2) == 0 ? OutputLayout::kNhwc : OutputLayout::kNchw;
    program.channels = below(4) == 0 ? 1 : 3;
    for (int n = 1 + below(most_ops); n > 0; --n) {
      const size_t which = (*random)() % std::variant_size_v<OpParams>;
      OpParams op = DrawOp(which, &draw, std::make_index_sequence<std::variant_size_v<OpParams>>());
      NoLanczos(&op);
      // Behind Normalize a border is refused when the picture turns out to need one.
      if (std::holds_alternative<NormalizeParams>(op) && n > 1) continue;
      // A crop that does not fit is another test's matter.
      if (auto* crop = std::get_if<RandomCropParams>(&op)) crop->pad_if_needed = true;
      if (auto* crops = std::get_if<FiveCropParams>(&op)) crops->size[0] = crops->size[1] = 1;
      if (auto* crops = std::get_if<TenCropParams>(&op)) crops->size[0] = crops->size[1] = 1;
      if (auto* resize = std::get_if<ResizeParams>(&op)) {
        if (below(3) == 0) resize->size.count = 1;
      }
      program.ops.push_back(op);
    }
    if (program.ops.empty()) continue;
    PipelineProgram checked = program;
    if (CompileProgram(&checked).ok()) return program;
  }
}

}  // namespace testing_support
}  // namespace saker
