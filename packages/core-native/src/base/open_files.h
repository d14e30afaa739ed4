// OpenFiles: files of many members (tar shards) kept open between reads, within a bound.
#ifndef SAKER_BASE_OPEN_FILES_H_
#define SAKER_BASE_OPEN_FILES_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/status.h"

namespace saker {

// Bytes [offset, offset + length) of a file; a negative length means the whole file.
struct FileRange {
  int64_t offset = 0;
  int64_t length = -1;

  bool whole() const { return length < 0; }
};

// Tells two states of the file behind a name apart.
struct FileIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = 0;
  int64_t modified_ns = 0;

  bool operator==(const FileIdentity& o) const {
    return device == o.device && inode == o.inode && size == o.size && modified_ns == o.modified_ns;
  }
};

// A descriptor, closed with the last reference.
class OpenFile {
 public:
  OpenFile(int fd, const FileIdentity& identity) : fd_(fd), identity_(identity) {}
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int fd() const { return fd_; }
  const FileIdentity& identity() const { return identity_; }

 private:
  const int fd_;
  const FileIdentity identity_;
};

// Thread-safe. A hit costs one stat and allocates nothing: the name is looked at again each time,
// and a file that is no longer the one first opened under it is refused, since offsets into the old
// one mean nothing in the new one.
class OpenFiles {
 public:
  // Keeps at most `most_open` descriptors; the least recently used is closed first. What every file
  // was is remembered beyond that.
  explicit OpenFiles(int most_open) : most_open_(most_open) {}
  OpenFiles(const OpenFiles&) = delete;
  OpenFiles& operator=(const OpenFiles&) = delete;

  // Errors: E_FILE_NOT_FOUND; E_FILE_READ (also: it changed).
  Status Get(const std::string& path, std::shared_ptr<const OpenFile>* file);

  int open_count() const;

 private:
  struct Entry {
    std::shared_ptr<const OpenFile> file;  // null: closed to keep the bound
    FileIdentity identity;
    uint64_t last_use = 0;
  };

  void CloseOldestLocked();

  const int most_open_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  int open_ = 0;
  uint64_t uses_ = 0;
};

// Opens a regular file for reading; the caller closes `*fd`. Errors: E_FILE_NOT_FOUND; E_FILE_READ.
Status OpenRegularFile(const std::string& path, int* fd, FileIdentity* identity);
// E_FILE_NOT_FOUND or E_FILE_READ for an errno value.
Status FileError(int error);

}  // namespace saker

#endif  // SAKER_BASE_OPEN_FILES_H_
