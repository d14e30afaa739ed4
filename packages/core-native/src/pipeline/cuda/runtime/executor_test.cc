// On a device: the same bits as the bodies give on the host, whatever thread staged them. Skipped,
// with a message, where there is no device.
#include "pipeline/cuda/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <iostream>
#include <random>
#include <thread>

#include "testing/device_programs.h"
#include "testing/run_wave.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

class OnDevice : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto executor = CudaExecutor::Shared();
    if (!executor.ok()) GTEST_SKIP() << "no CUDA device: " << executor.status().detail();
    executor_ = *executor;
  }

  // The outputs of samples staged by `threads` threads.
  std::vector<std::vector<uint8_t>> Run(const std::vector<WaveSample>& samples, int threads) {
    std::vector<std::shared_ptr<CudaMemory>> memory;
    for (const WaveSample& sample : samples)
      memory.push_back(*executor_->Allocate(BytesOf(sample)));
    std::atomic<size_t> next{0};
    std::atomic<int> failures{0};
    std::vector<std::promise<void>> done(samples.size());
    const auto stage = [&] {
      ItemPacker packer;
      for (size_t i; (i = next++) < samples.size();) {
        const auto answer = [&, i](const Status& status) {
          if (!status.ok()) ++failures;
          done[i].set_value();
        };
        const WaveSample& sample = samples[i];
        const Status status = sample.picture
                                  ? executor_->Run(sample.plan, sample.picture->decoded(),
                                                   memory[i]->data(), &packer, answer)
                                  : executor_->Zero(memory[i]->data(), BytesOf(sample), answer);
        if (!status.ok()) answer(status);
      }
    };
    std::vector<std::thread> stagers;
    for (int i = 0; i < threads; ++i) stagers.emplace_back(stage);
    for (std::thread& thread : stagers) thread.join();
    executor_->Flush();
    for (std::promise<void>& promise : done) promise.get_future().wait();
    EXPECT_EQ(failures, 0);
    std::vector<std::vector<uint8_t>> outputs;
    for (size_t i = 0; i < samples.size(); ++i) {
      outputs.emplace_back(BytesOf(samples[i]));
      EXPECT_TRUE(
          executor_->Download(memory[i]->data(), outputs[i].data(), outputs[i].size()).ok());
    }
    return outputs;
  }

  static size_t BytesOf(const WaveSample& sample) {
    return sample.picture ? sample.plan.output_bytes() : sample.zero_bytes;
  }

  CudaExecutor* executor_ = nullptr;
};

std::vector<WaveSample> Samples(int count, std::vector<Picture>* pictures) {
  std::mt19937 random(31);
  std::vector<WaveSample> samples;
  for (int i = 0; i < count; ++i) {
    const int width = 1 + static_cast<int>(random() % 300),
              height = 1 + static_cast<int>(random() % 200);
    pictures->push_back(
        NoisePicture(width, height, random() % 4 == 0 ? 1 : 3, static_cast<uint32_t>(i)));
  }
  for (int i = 0; i < count; ++i) {
    PipelineProgram program = i % 2 ? ContinuousProgram(&random) : LevelProgram(&random);
    const Picture& picture = (*pictures)[static_cast<size_t>(i)];
    samples.push_back({PlanFor(program, picture, {3, 1, static_cast<uint32_t>(i)}), &picture, 0});
    if (i % 9 == 8) samples.push_back({SamplePlan(), nullptr, 4096});
  }
  return samples;
}

TEST_F(OnDevice, GivesTheBitsOfTheHostRun) {
  std::vector<Picture> pictures;
  const std::vector<WaveSample> samples = Samples(200, &pictures);
  const auto outputs = Run(samples, 4);
  for (size_t i = 0; i < samples.size(); ++i)
    EXPECT_EQ(outputs[i], RunWaveOnHost({samples[i]})[0]) << "sample " << i;
}

TEST_F(OnDevice, GivesTheSameBytesForAnyNumberOfThreads) {
  std::vector<Picture> pictures;
  const std::vector<WaveSample> samples = Samples(150, &pictures);
  const auto first = Run(samples, 1);
  EXPECT_EQ(first, Run(samples, 7));
}

TEST_F(OnDevice, TakesAPictureLargerThanAWave) {
  const Picture picture = NoisePicture(5000, 4000);
  const SamplePlan plan = PlanFor(BytesProgram({ResizeTo(64, 48)}), picture);
  const std::vector<WaveSample> samples = {{plan, &picture, 0}};
  EXPECT_EQ(Run(samples, 1)[0], RunWaveOnHost(samples)[0]);
}

}  // namespace
}  // namespace saker
