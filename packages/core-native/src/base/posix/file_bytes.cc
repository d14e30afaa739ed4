#include "base/file_bytes.h"

#include <unistd.h>

#include <cerrno>

namespace saker {
namespace {

// A thread keeps no more than this for the next file.
constexpr size_t kKeepBytes = size_t{64} << 20;

Status CheckSize(int64_t size, int64_t max_bytes) {
  if (size <= max_bytes) return OkStatus();
  return Status(ErrorCode::kImageTooLarge,
                std::to_string(size) + " bytes, the limit is " + std::to_string(max_bytes));
}

}  // namespace

Status FileBytes::Open(const std::string& path, int64_t max_bytes) {
  Close();
  int fd = -1;
  FileIdentity identity;
  SAKER_RETURN_IF_ERROR(OpenRegularFile(path, &fd, &identity));
  const OpenFile file(fd, identity);
  SAKER_RETURN_IF_ERROR(CheckSize(identity.size, max_bytes));
  return Read(fd, {0, identity.size});
}

Status FileBytes::OpenRange(const std::string& path, FileRange range, int64_t max_bytes,
                            OpenFiles* files) {
  if (range.whole()) return Open(path, max_bytes);
  Close();
  SAKER_RETURN_IF_ERROR(CheckSize(range.length, max_bytes));
  int64_t size = 0;
  if (files != nullptr) {
    std::shared_ptr<const OpenFile> file;
    SAKER_RETURN_IF_ERROR(files->Get(path, &file));
    size = file->identity().size;
    SAKER_RETURN_IF_ERROR(Read(file->fd(), range));
  } else {
    int fd = -1;
    FileIdentity identity;
    SAKER_RETURN_IF_ERROR(OpenRegularFile(path, &fd, &identity));
    const OpenFile file(fd, identity);
    size = identity.size;
    SAKER_RETURN_IF_ERROR(Read(fd, range));
  }
  if (bytes_.size() == static_cast<size_t>(range.length)) return OkStatus();
  Close();
  return Status(ErrorCode::kImageTruncated,
                std::to_string(range.length) + " bytes from byte " + std::to_string(range.offset) +
                    " on are asked for, the file has " + std::to_string(size));
}

// Fewer bytes than asked when the file ends.
Status FileBytes::Read(int fd, FileRange range) {
  const size_t size = static_cast<size_t>(range.length);
  if (!buffer_.Reserve(size)) return Status(ErrorCode::kMemory, "no memory to read the file");
  size_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(fd, buffer_.data() + done, size - done,
                              static_cast<off_t>(range.offset + static_cast<int64_t>(done)));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FileError(errno);
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  bytes_ = Bytes(buffer_.data(), done);
  return OkStatus();
}

void FileBytes::Close() {
  bytes_ = Bytes();
  if (buffer_.capacity() > kKeepBytes) buffer_ = AlignedBuffer();
}

}  // namespace saker
