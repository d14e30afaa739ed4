// Test helper: random pipelines of ops that run on a device, and how far two executors of one may
// be apart.
#ifndef SAKER_TESTING_DEVICE_PROGRAMS_H_
#define SAKER_TESTING_DEVICE_PROGRAMS_H_

#include <random>

#include "plan/plan.h"
#include "plan/program.h"

namespace saker {
namespace testing_support {

// Geometry, and colour that is continuous in the pixel values: small errors stay small.
PipelineProgram ContinuousProgram(std::mt19937* random);

// Geometry that copies pixels, and steps on whole levels, which they stay on: executors agree
// exactly.
PipelineProgram LevelProgram(std::mt19937* random);

// Largest difference, in levels of 0..255 before scale and bias, of an f32 executor from the
// reference on a plan of ContinuousProgram. With u = 2^-24: a weight is rounded once, a sum of n
// fused products in f32 is off by at most n u sum |w x| (Higham, "Accuracy and Stability", 3.1);
// with A = max sum |w| of an axis the two passes of a resample multiply the error before them by Ax
// Ay and add 255 u (nx + ny + 4) Ax Ay. A blend with factor f multiplies it by |f| + |1 - f| and
// adds 4 roundings; contrast also takes in the error of its mean, which is no larger, and of the
// sum in units of 2^-20. Luma: 3 roundings. Noise: sigma times z, of which |z| < 6, off by 16 u of it.
double DeviceTolerance(const SamplePlan& plan);

}  // namespace testing_support
}  // namespace saker

#endif  // SAKER_TESTING_DEVICE_PROGRAMS_H_
