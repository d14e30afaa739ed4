// FileBytes: the bytes of one file, or of a part of one, at a time; no allocation once warm.
#ifndef SAKER_BASE_FILE_BYTES_H_
#define SAKER_BASE_FILE_BYTES_H_

#include <string>

#include "base/aligned_buffer.h"
#include "base/open_files.h"
#include "base/span.h"
#include "base/status.h"

namespace saker {

// Reads files one after the other; bytes() stays valid until the next read or Close. Not
// thread-safe: one per thread. Bytes are copied, never mapped: a file that is cut while a mapping
// of it is read ends the process (SIGBUS), and below some MB the copy is cheaper anyway.
class FileBytes {
 public:
  FileBytes() = default;
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  // The whole file. Errors: E_FILE_NOT_FOUND; E_FILE_READ (a folder, no permission, not a regular
  // file, ...); E_IMAGE_TOO_LARGE (above `max_bytes`); E_MEMORY.
  Status Open(const std::string& path, int64_t max_bytes);
  // Part of a file, which `files` keeps open; without them it is closed again. Errors: those of
  // Open, OpenFiles::Get, and E_IMAGE_TRUNCATED when the file ends before the range does.
  Status OpenRange(const std::string& path, FileRange range, int64_t max_bytes, OpenFiles* files);
  // Forgets the bytes. The memory stays for the next file, unless this one was huge.
  void Close();

  Bytes bytes() const { return bytes_; }

 private:
  Status Read(int fd, FileRange range);

  AlignedBuffer buffer_;
  Bytes bytes_;
};

}  // namespace saker

#endif  // SAKER_BASE_FILE_BYTES_H_
