// Error codes that native code may return. Same names as the registry of @saker/spec.
#ifndef SAKER_GEN_ERROR_CODES_H_
#define SAKER_GEN_ERROR_CODES_H_

// X(enumerator, "E_CODE")
#define SAKER_ERROR_CODES(X)                      \
  X(kInternal, "E_INTERNAL")                      \
  X(kArgument, "E_ARGUMENT")                      \
  X(kCancelled, "E_CANCELLED")                    \
  X(kClosed, "E_CLOSED")                          \
  X(kFileNotFound, "E_FILE_NOT_FOUND")            \
  X(kFileRead, "E_FILE_READ")                     \
  X(kImageCorrupt, "E_IMAGE_CORRUPT")             \
  X(kImageEmpty, "E_IMAGE_EMPTY")                 \
  X(kImageFormat, "E_IMAGE_FORMAT")               \
  X(kImageTooLarge, "E_IMAGE_TOO_LARGE")          \
  X(kImageTruncated, "E_IMAGE_TRUNCATED")         \
  X(kMemory, "E_MEMORY")                          \
  X(kPipelineInvalid, "E_PIPELINE_INVALID")

namespace saker {

enum class ErrorCode : int {
  kOk = 0,
#define SAKER_X(name, text) name,
  SAKER_ERROR_CODES(SAKER_X)
#undef SAKER_X
};

// The registry's name of `code`, e.g. "E_IMAGE_CORRUPT"; "OK" for kOk.
inline const char* ErrorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kOk:
      return "OK";
#define SAKER_X(name, text) \
  case ErrorCode::name:     \
    return text;
      SAKER_ERROR_CODES(SAKER_X)
#undef SAKER_X
  }
  return "E_INTERNAL";
}

}  // namespace saker

#endif  // SAKER_GEN_ERROR_CODES_H_
