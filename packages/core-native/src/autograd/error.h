// The engine's error: a registry code plus the parameters of its sentence. ATen reports by exception, so inside
// src/autograd the engine does too; Model's methods catch everything and hand out a Failure value, so no
// exception crosses the module line.
#ifndef SAKER_AUTOGRAD_ERROR_H_
#define SAKER_AUTOGRAD_ERROR_H_

#include <exception>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace saker::autograd {

// A code of @saker/spec's registry and its template's parameters.
struct Failure {
  std::string code;
  std::map<std::string, std::string> params;
};

class EngineError : public std::exception {
 public:
  EngineError(std::string code, std::map<std::string, std::string> params)
      : failure_{std::move(code), std::move(params)} {}
  const Failure& failure() const { return failure_; }
  const char* what() const noexcept override { return failure_.code.c_str(); }

 private:
  Failure failure_;
};

// Throws E_ENGINE_ARGUMENT with `detail` as the sentence's text.
[[noreturn]] inline void ThrowArgument(std::string detail) {
  throw EngineError("E_ENGINE_ARGUMENT", {{"detail", std::move(detail)}});
}

// A value or the failure that says why there is none; Result<void>-like uses take Result<bool>.
template <typename T>
struct Result {
  std::optional<T> value;
  Failure failure;
  bool ok() const { return value.has_value(); }
};

}  // namespace saker::autograd

#endif  // SAKER_AUTOGRAD_ERROR_H_
