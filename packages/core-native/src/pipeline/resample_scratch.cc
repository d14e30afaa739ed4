#include "pipeline/resample_scratch.h"

namespace saker {

void PrepareResample(const AxisChain& x, const AxisChain& y, int32_t origin_x, int32_t origin_y,
                     int32_t rows, ResampleScratch* scratch) {
  BuildAxisTable(x, origin_x, &scratch->axis, &scratch->x);
  BuildAxisTable(y, origin_y, &scratch->axis, &scratch->y);
  const AxisTable& table = scratch->y;
  scratch->needed_index.assign(static_cast<size_t>(rows), -1);
  for (size_t o = 0; o < static_cast<size_t>(table.size); ++o) {
    for (int32_t k = 0; k < table.count[o]; ++k)
      scratch->needed_index[static_cast<size_t>(table.start[o] + k)] = 0;
  }
  scratch->needed_rows.clear();
  for (int32_t row = 0; row < rows; ++row) {
    int32_t& index = scratch->needed_index[static_cast<size_t>(row)];
    if (index < 0) continue;
    index = static_cast<int32_t>(scratch->needed_rows.size());
    scratch->needed_rows.push_back(row);
  }
}

}  // namespace saker
