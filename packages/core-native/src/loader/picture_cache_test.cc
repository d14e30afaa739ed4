// PictureCache alone: what it admits, and its limit.
#include "loader/picture_cache.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace saker {
namespace {

std::unique_ptr<PictureCache> CacheOf(int64_t bytes, size_t samples) {
  auto cache = PictureCache::Create(CacheKind::kEncoded, bytes, samples);
  EXPECT_TRUE(cache.ok());
  return std::move(*cache);
}

void KeepBytes(PictureCache* cache, uint32_t sample, const std::vector<uint8_t>& bytes) {
  cache->Keep(sample, CachedPicture(), bytes.data(), 1, bytes.size(), bytes.size());
}

TEST(PictureCacheTest, GivesBackWhatItKeptAndNothingElse) {
  const auto cache = CacheOf(10000, 3);
  const std::vector<uint8_t> bytes = {1, 2, 3};
  KeepBytes(cache.get(), 1, bytes);
  const CachedPicture* kept = cache->Find(1);
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(std::vector<uint8_t>(kept->data(), kept->data() + kept->size), bytes);
  EXPECT_EQ(cache->Find(0), nullptr);
  EXPECT_EQ(cache->Find(2), nullptr);
  EXPECT_EQ(cache->pictures(), 1);
  KeepBytes(cache.get(), 1, bytes);
  EXPECT_EQ(cache->pictures(), 1) << "the same picture twice";
}

TEST(PictureCacheTest, NeverExceedsItsLimitAndFillsWhatIsLeftWithSmallerOnes) {
  const int64_t limit = 64 << 10;
  const auto cache = CacheOf(limit, 300);
  KeepBytes(cache.get(), 0, std::vector<uint8_t>(static_cast<size_t>(limit)));
  EXPECT_EQ(cache->used_bytes(), 0) << "as large as the cache, it does not fit with its header";
  EXPECT_FALSE(cache->WouldKeep(0, SIZE_MAX));
  for (uint32_t i = 0; i < 100; ++i) KeepBytes(cache.get(), i, std::vector<uint8_t>(1000));
  const int64_t many = cache->pictures();
  EXPECT_GT(many, 50);
  EXPECT_LT(many, 64);
  EXPECT_LE(cache->used_bytes(), limit);
  for (uint32_t i = 100; i < 300; ++i) KeepBytes(cache.get(), i, {1});
  EXPECT_GE(cache->pictures(), many);
  EXPECT_LE(cache->used_bytes(), limit);
  // What was admitted stays.
  EXPECT_NE(cache->Find(0), nullptr);
  EXPECT_EQ(cache->Find(0)->size, 1000u);
}

TEST(PictureCacheTest, KeepsOnePictureForEachScale) {
  const auto cache = CacheOf(100000, 1);
  for (const int denom : {1, 4}) {
    CachedPicture picture;
    picture.scale_denom = denom;
    picture.channels = 3;
    const std::vector<uint8_t> pixels(60, static_cast<uint8_t>(denom));
    // Rows of 10 bytes, 20 apart.
    cache->Keep(0, picture, pixels.data(), 3, 10, 20);
  }
  ASSERT_NE(cache->Find(0, 1, 3), nullptr);
  ASSERT_NE(cache->Find(0, 4, 3), nullptr);
  EXPECT_EQ(cache->Find(0, 4, 3)->size, 30u);
  EXPECT_EQ(cache->Find(0, 4, 3)->data()[29], 4);
  EXPECT_EQ(cache->Find(0, 1, 3)->data()[0], 1);
  EXPECT_EQ(cache->Find(0, 2, 3), nullptr);
  EXPECT_EQ(cache->Find(0, 1, 1), nullptr);
}

TEST(PictureCacheTest, ARefusedSampleIsNotKept) {
  const auto cache = CacheOf(10000, 2);
  cache->Refuse(0);
  EXPECT_FALSE(cache->WouldKeep(0, 10));
  KeepBytes(cache.get(), 0, {1});
  EXPECT_EQ(cache->Find(0), nullptr);
  EXPECT_EQ(cache->used_bytes(), 0);
  KeepBytes(cache.get(), 1, {1});
  cache->Refuse(1);
  EXPECT_NE(cache->Find(1), nullptr);
}

TEST(PictureCacheTest, ThreadsFillItWithinItsLimit) {
  const int64_t limit = 200 << 10;
  const uint32_t samples = 400;
  const auto cache = CacheOf(limit, samples);
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (uint32_t k = 0; k < samples; ++k) {
        const uint32_t sample = (k * 7 + t * 100) % samples;
        KeepBytes(cache.get(), sample, std::vector<uint8_t>(900, static_cast<uint8_t>(sample)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(cache->used_bytes(), limit);
  int64_t found = 0;
  for (uint32_t i = 0; i < samples; ++i) {
    const CachedPicture* kept = cache->Find(i);
    if (kept == nullptr) continue;
    ++found;
    EXPECT_EQ(kept->data()[899], static_cast<uint8_t>(i));
  }
  EXPECT_GT(found, 100);
}

TEST(PictureCacheTest, MoreMemoryThanThereIsIsATypedError) {
  EXPECT_EQ(PictureCache::Create(CacheKind::kEncoded, int64_t{1} << 53, 1).status().code(),
            ErrorCode::kMemory);
}

}  // namespace
}  // namespace saker
