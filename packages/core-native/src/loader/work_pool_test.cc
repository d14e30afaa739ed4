#include "loader/work_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <vector>

#include "loader/batch_ring.h"
#include "loader/epoch_order.h"
#include "loader/test_program.h"

namespace saker {
namespace {

TEST(WorkPoolTest, ForEachVisitsEveryIndexOnceAndEndsOnce) {
  WorkPool pool(4);
  for (const int count : {0, 1, 3, 100}) {
    for (const int width : {1, 2, 9}) {
      std::vector<std::atomic<int>> visits(count);
      std::promise<void> done;
      pool.ForEach(
          count, width, [&](int i, SampleScratch*) { ++visits[i]; }, [&] { done.set_value(); });
      done.get_future().get();
      for (const auto& v : visits) EXPECT_EQ(v, 1);
    }
  }
}

TEST(WorkPoolTest, ForEachKeepsToItsWidth) {
  WorkPool pool(4);
  std::atomic<int> running{0}, most{0};
  std::promise<void> done;
  pool.ForEach(
      40, 2,
      [&](int, SampleScratch*) {
        const int now = ++running;
        for (int m = most; now > m && !most.compare_exchange_weak(m, now);) {
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        --running;
      },
      [&] { done.set_value(); });
  done.get_future().get();
  EXPECT_LE(most, 2);
}

TEST(BatchRingTest, SlotsGoRoundAndALeaseFreesItsSlot) {
  auto made = BatchRing::Create(2, 3, 64);
  ASSERT_TRUE(made.ok());
  BatchRing& ring = **made;
  std::unique_lock<std::mutex> lock(ring.mutex);
  BatchSlot* a = ring.TakeFree();
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(a->data.data()) % 64, 0u);
  ASSERT_NE(ring.TakeFree(), nullptr);
  EXPECT_EQ(ring.TakeFree(), nullptr);
  EXPECT_EQ(ring.FindReady(0, 0), nullptr);
  a->state = SlotState::kReady;
  ASSERT_EQ(ring.FindReady(0, 0), a);
  std::shared_ptr<BatchLease> lease = ring.Lease(a);
  EXPECT_EQ(ring.CountInState(SlotState::kLeased), 1);
  lock.unlock();
  lease.reset();
  lock.lock();
  EXPECT_EQ(ring.TakeFree(), a);
}

TEST(BatchRingTest, SlotsTakeTurns) {
  auto made = BatchRing::Create(3, 1, 64);
  ASSERT_TRUE(made.ok());
  BatchRing& ring = **made;
  const std::lock_guard<std::mutex> lock(ring.mutex);
  std::vector<BatchSlot*> order;
  for (int i = 0; i < 7; ++i) {
    order.push_back(ring.TakeFree());
    ring.MakeFree(order.back());
  }
  EXPECT_NE(order[0], order[1]);
  EXPECT_NE(order[1], order[2]);
  EXPECT_NE(order[0], order[2]);
  for (int i = 3; i < 7; ++i) EXPECT_EQ(order[i], order[i - 3]);
}

TEST(BatchRingTest, MoreMemoryThanThereIsIsATypedError) {
  EXPECT_EQ(BatchRing::Create(2, 1 << 20, SIZE_MAX / 4).status().code(), ErrorCode::kMemory);
}

TEST(EpochOrderTest, IsAPermutationThatDependsOnSeedAndEpochOnly) {
  std::vector<uint32_t> a, b, c, d;
  MakeEpochOrder(1000, true, 7, 1, &a);
  MakeEpochOrder(1000, true, 7, 1, &b);
  MakeEpochOrder(1000, true, 7, 2, &c);
  MakeEpochOrder(1000, true, 8, 1, &d);
  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
  EXPECT_NE(a, d);
  std::sort(c.begin(), c.end());
  for (uint32_t i = 0; i < 1000; ++i) ASSERT_EQ(c[i], i);
}

}  // namespace
}  // namespace saker
