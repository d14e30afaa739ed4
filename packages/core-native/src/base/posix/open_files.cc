#include "base/open_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace saker {
namespace {

int64_t ModifiedNs(const struct stat& info) {
#ifdef __APPLE__
  const timespec& t = info.st_mtimespec;
#else
  const timespec& t = info.st_mtim;
#endif
  return static_cast<int64_t>(t.tv_sec) * 1000000000 + t.tv_nsec;
}

FileIdentity IdentityOf(const struct stat& info) {
  return {static_cast<uint64_t>(info.st_dev), static_cast<uint64_t>(info.st_ino),
          static_cast<int64_t>(info.st_size), ModifiedNs(info)};
}

}  // namespace

Status FileError(int error) {
  const std::string text = std::generic_category().message(error);
  const bool missing = error == ENOENT || error == ENOTDIR;
  return Status(missing ? ErrorCode::kFileNotFound : ErrorCode::kFileRead, text);
}

OpenFile::~OpenFile() { ::close(fd_); }

Status OpenRegularFile(const std::string& path, int* fd, FileIdentity* identity) {
  // O_NONBLOCK: opening a named pipe must not wait for a writer.
  const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (opened < 0) return FileError(errno);
  struct stat info;
  Status status;
  if (::fstat(opened, &info) != 0) {
    status = FileError(errno);
  } else if (S_ISDIR(info.st_mode)) {
    status = Status(ErrorCode::kFileRead, "it is a folder");
  } else if (!S_ISREG(info.st_mode)) {
    status = Status(ErrorCode::kFileRead, "it is not a regular file");
  }
  if (!status.ok()) {
    ::close(opened);
    return status;
  }
  *fd = opened;
  *identity = IdentityOf(info);
  return status;
}

Status OpenFiles::Get(const std::string& path, std::shared_ptr<const OpenFile>* file) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return FileError(errno);
  FileIdentity now = IdentityOf(info);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto it = entries_.find(path);
    if (it != entries_.end() && it->second.file != nullptr && it->second.identity == now) {
      it->second.last_use = ++uses_;
      *file = it->second.file;
      return OkStatus();
    }
  }
  int fd = -1;
  SAKER_RETURN_IF_ERROR(OpenRegularFile(path, &fd, &now));
  auto opened = std::make_shared<const OpenFile>(fd, now);
  const std::lock_guard<std::mutex> lock(mutex_);
  Entry& entry = entries_[path];
  if (entry.last_use != 0 && !(entry.identity == now)) {
    return Status(ErrorCode::kFileRead, "it changed since it was first read");
  }
  if (entry.file == nullptr) ++open_;
  entry = {opened, now, ++uses_};
  if (open_ > most_open_) CloseOldestLocked();
  *file = std::move(opened);
  return OkStatus();
}

// The one just opened was used last, so it stays.
void OpenFiles::CloseOldestLocked() {
  auto oldest = entries_.end();
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    if (it->second.file == nullptr) continue;
    if (oldest == entries_.end() || it->second.last_use < oldest->second.last_use) oldest = it;
  }
  --open_;
  oldest->second.file.reset();
}

int OpenFiles::open_count() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return open_;
}

}  // namespace saker
