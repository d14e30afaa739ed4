#include "base/file_bytes.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace saker {
namespace {

constexpr size_t kMapFrom = 1u << 20;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Status FromErrno(int error) {
  const std::string text = std::generic_category().message(error);
  const bool missing = error == ENOENT || error == ENOTDIR;
  return Status(missing ? ErrorCode::kFileNotFound : ErrorCode::kFileRead, text);
}

}  // namespace

Status FileBytes::Open(const std::string& path) {
  Close();
  // O_NONBLOCK: opening a named pipe must not wait for a writer.
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) return FromErrno(errno);
  struct stat info;
  if (::fstat(fd.get(), &info) != 0) return FromErrno(errno);
  if (S_ISDIR(info.st_mode)) return Status(ErrorCode::kFileRead, "it is a folder");
  if (!S_ISREG(info.st_mode)) return Status(ErrorCode::kFileRead, "it is not a regular file");
  const size_t size = static_cast<size_t>(info.st_size);
  if (size >= kMapFrom) {
    void* map = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
    if (map != MAP_FAILED) {
      ::madvise(map, size, MADV_SEQUENTIAL);
      mapping_ = map;
      mapping_size_ = size;
      bytes_ = Bytes(static_cast<const uint8_t*>(map), size);
      return OkStatus();
    }
  }
  if (!buffer_.Reserve(size)) return Status(ErrorCode::kMemory, "no memory to read the file");
  size_t done = 0;
  while (done < size) {
    const ssize_t n = ::read(fd.get(), buffer_.data() + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FromErrno(errno);
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  bytes_ = Bytes(buffer_.data(), done);
  return OkStatus();
}

void FileBytes::Close() {
  if (mapping_ != nullptr) ::munmap(mapping_, mapping_size_);
  mapping_ = nullptr;
  mapping_size_ = 0;
  bytes_ = Bytes();
}

}  // namespace saker
