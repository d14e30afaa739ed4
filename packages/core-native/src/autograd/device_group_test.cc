// Ranks of a group, each on a device of its own: see testing/foreign_device.h.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <thread>

#include "autograd/testing/foreign_device.h"
#include "autograd/testing/networks.h"
#include "autograd/testing/training.h"

namespace saker::autograd {
namespace {

using testing::Batch;
using testing::ExpectNear;
using testing::Must;
using testing::ProgramBuilder;
using testing::UnderSgd;
using testing::kForeign;

// Two ranks of one process, each on a device and thus a backward thread of its own.
std::vector<HostTensors> TwoRanks(const ProgramBuilder& network, const std::vector<std::string>& devices,
                                  const GroupConfig& shared) {
  std::vector<HostTensors> weights(2);
  std::vector<std::string> errors(2);
  std::vector<std::thread> threads;
  for (int rank = 0; rank < 2; ++rank) {
    threads.emplace_back([&, rank] {
      const size_t r = static_cast<size_t>(rank);
      try {
        ModelOptions options;
        options.device = devices[r];
        options.gradient_checkpointing = true;
        const auto model = UnderSgd(network, options);
        GroupConfig config = shared;
        config.rank = rank;
        config.world_size = 2;
        config.timeout_s = 30;
        config.bucket_bytes = 2000;
        Must(model->JoinGroup(config));
        Must(model->BroadcastTensors(false));
        for (int64_t step = 0; step < 3; ++step) {
          Batch batch({4 + rank, 3, 12, 12}, 10 * step + rank);
          const std::vector<uint8_t> none(5, 0);
          if (step == 1 && rank == 1) {
            batch.wanted.mask = none.data();
            batch.wanted.mask_count = none.size();
          }
          Must(model->TrainStep(batch.input, batch.wanted, {}));
        }
        weights[r] = Must(model->ReadTensors({}));
        Must(model->LeaveGroup());
      } catch (const std::exception& error) {
        errors[r] = error.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(errors[0], "");
  EXPECT_EQ(errors[1], "");
  return weights;
}

TEST(DeviceGroupTest, RanksOnDevicesStepAsRanksOnTheCpu) {
  const ProgramBuilder network = testing::ResidualNet();
  for (bool sync : {false, true}) {
    std::vector<std::vector<HostTensors>> weights;
    for (const auto& devices : {std::vector<std::string>{"cpu", "cpu"}, {kForeign, testing::kForeignToo}}) {
      GroupConfig config;
      config.file = ::testing::TempDir() + "saker-ranks-" + std::to_string(getpid()) + devices[0];
      std::remove(config.file.c_str());
      config.sync_batch_norm = sync;
      weights.push_back(TwoRanks(network, devices, config));
      std::remove(config.file.c_str());
    }
    ExpectNear(weights[1][0], weights[0][0], "rank 0");
    ExpectNear(weights[1][1], weights[0][1], "rank 1");
    HostTensors one = weights[1][0], other = weights[1][1];
    if (sync) ExpectNear(one, other, "ranks");
  }
}

}  // namespace
}  // namespace saker::autograd
