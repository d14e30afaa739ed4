// FileBytes: the bytes of one file at a time, without allocating once warm.
#ifndef SAKER_BASE_FILE_BYTES_H_
#define SAKER_BASE_FILE_BYTES_H_

#include <string>

#include "base/aligned_buffer.h"
#include "base/span.h"
#include "base/status.h"

namespace saker {

// Opens files one after the other; bytes() stays valid until the next Open or Close. Not
// thread-safe: one per thread. Small files are read into a buffer that is kept (a mapping costs two
// system calls, page faults and a TLB flush on every core, more than the copy); larger ones are
// mapped.
class FileBytes {
 public:
  FileBytes() = default;
  ~FileBytes() { Close(); }
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  // Errors: E_FILE_NOT_FOUND; E_FILE_READ (a folder, no permission, not a regular file, ...);
  // E_MEMORY.
  Status Open(const std::string& path);
  void Close();

  Bytes bytes() const { return bytes_; }

 private:
  AlignedBuffer buffer_;
  Bytes bytes_;
  void* mapping_ = nullptr;
  size_t mapping_size_ = 0;
};

}  // namespace saker

#endif  // SAKER_BASE_FILE_BYTES_H_
