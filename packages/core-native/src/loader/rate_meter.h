// RateMeter: events per second over the last few seconds.
#ifndef SAKER_LOADER_RATE_METER_H_
#define SAKER_LOADER_RATE_METER_H_

#include <algorithm>
#include <array>
#include <cstdint>

namespace saker {

// Not thread-safe. Times are NowNs() and do not go backwards.
class RateMeter {
 public:
  static constexpr int64_t kBucketNs = 250000000;
  static constexpr int kBuckets = 20;  // 5 s

  // Counting starts anew.
  void Restart(int64_t now) {
    *this = RateMeter();
    started_ns_ = now;
  }

  void Add(int64_t now) {
    Bucket& bucket = buckets_[static_cast<size_t>(now / kBucketNs) % kBuckets];
    if (bucket.number != now / kBucketNs) bucket = {now / kBucketNs, 0};
    ++bucket.count;
  }

  // Over the time since Restart when that is less; 0 before.
  double PerSecond(int64_t now) const {
    if (started_ns_ == 0 || now <= started_ns_) return 0;
    const int64_t newest = now / kBucketNs, oldest = newest - kBuckets + 1;
    int64_t count = 0;
    for (const Bucket& b : buckets_) count += b.number >= oldest ? b.count : 0;
    const int64_t since = std::max(started_ns_, oldest * kBucketNs);
    return static_cast<double>(count) * 1e9 / static_cast<double>(now - since);
  }

 private:
  struct Bucket {
    int64_t number = -1;
    int64_t count = 0;
  };
  std::array<Bucket, kBuckets> buckets_;
  int64_t started_ns_ = 0;
};

}  // namespace saker

#endif  // SAKER_LOADER_RATE_METER_H_
