// Status and StatusOr: how native code reports what the user or the file got wrong.
// Invariants use SAKER_CHECK; user mistakes never do.
#ifndef SAKER_BASE_STATUS_H_
#define SAKER_BASE_STATUS_H_

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "gen/error_codes.h"

namespace saker {

// A code of the error registry and a sentence fragment that says what happened ("detail").
// OK carries no text and allocates nothing.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(ErrorCode code, std::string detail) : code_(code), detail_(std::move(detail)) {}

  bool ok() const { return code_ == ErrorCode::kOk; }
  ErrorCode code() const { return code_; }
  const std::string& detail() const { return detail_; }

 private:
  ErrorCode code_ = ErrorCode::kOk;
  std::string detail_;
};

inline Status OkStatus() { return Status(); }

// A value, or the status that says why there is none.
template <typename T>
class [[nodiscard]] StatusOr {
 public:
  StatusOr(Status status) : status_(std::move(status)) {}  // NOLINT: implicit by design
  StatusOr(T value) : value_(std::move(value)) {}          // NOLINT: implicit by design

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }
  T& value() { return *value_; }
  const T& value() const { return *value_; }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

 private:
  Status status_;
  std::optional<T> value_;
};

}  // namespace saker

#define SAKER_RETURN_IF_ERROR(expr)              \
  do {                                           \
    ::saker::Status saker_status = (expr);       \
    if (!saker_status.ok()) return saker_status; \
  } while (0)

// Stops the process when our own invariant is broken.
#define SAKER_CHECK(condition)                                                           \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (0)

#endif  // SAKER_BASE_STATUS_H_
