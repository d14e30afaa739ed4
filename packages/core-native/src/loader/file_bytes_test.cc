// FileBytes and OpenFiles: whole files, parts of files, files that change.
#include "base/file_bytes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "loader/test_program.h"

namespace saker {
namespace {

using test_program::TempFolder;

constexpr int64_t kNoLimit = int64_t{1} << 40;

std::vector<uint8_t> Numbers(size_t size, int factor = 7) {
  std::vector<uint8_t> bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * factor);
  return bytes;
}

std::vector<uint8_t> Copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

TEST(FileBytesTest, ReadsSmallAndLargeFilesAndNamesWhatItCannotRead) {
  const TempFolder folder;
  FileBytes file;
  for (const size_t size : {size_t{0}, size_t{10}, size_t{3} << 20}) {
    const std::vector<uint8_t> bytes = Numbers(size);
    ASSERT_TRUE(file.Open(folder.Write("f", bytes), kNoLimit).ok());
    ASSERT_EQ(Copy(file.bytes()), bytes);
  }
  EXPECT_EQ(file.Open(folder.path() + "/none", kNoLimit).code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(file.Open(folder.path(), kNoLimit).code(), ErrorCode::kFileRead);
  EXPECT_TRUE(file.bytes().empty());
  const std::string ten = folder.Write("ten", Numbers(10));
  EXPECT_TRUE(file.Open(ten, 10).ok());
  EXPECT_EQ(file.Open(ten, 9).code(), ErrorCode::kImageTooLarge);
}

TEST(FileBytesTest, ARangeIsThoseBytesAndNothingBehindTheEnd) {
  const TempFolder folder;
  const std::vector<uint8_t> bytes = Numbers(5000);
  const std::string path = folder.Write("f", bytes);
  OpenFiles files(2);
  FileBytes file;
  for (const FileRange range : {FileRange{0, 5000}, {0, 1}, {4999, 1}, {1234, 777}, {5000, 0}}) {
    ASSERT_TRUE(file.OpenRange(path, range, kNoLimit, &files).ok());
    const auto first = bytes.begin() + range.offset;
    EXPECT_EQ(Copy(file.bytes()), std::vector<uint8_t>(first, first + range.length));
  }
  for (const FileRange range : {FileRange{4999, 2}, {5000, 1}, {int64_t{1} << 40, 10}}) {
    const Status status = file.OpenRange(path, range, kNoLimit, &files);
    EXPECT_EQ(status.code(), ErrorCode::kImageTruncated);
    EXPECT_NE(status.detail().find("the file has 5000"), std::string::npos) << status.detail();
    EXPECT_TRUE(file.bytes().empty());
  }
  EXPECT_EQ(file.OpenRange(path, {0, 11}, 10, &files).code(), ErrorCode::kImageTooLarge);
  ASSERT_TRUE(file.OpenRange(path, FileRange(), kNoLimit, &files).ok());
  EXPECT_EQ(file.bytes().size(), bytes.size());
}

TEST(OpenFilesTest, KeepsToItsBoundAndReadsEveryFile) {
  const TempFolder folder;
  std::vector<std::string> paths;
  for (int i = 0; i < 5; ++i) {
    paths.push_back(folder.Write("f" + std::to_string(i), Numbers(100, i + 1)));
  }
  OpenFiles files(2);
  FileBytes file;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5; ++i) {
      ASSERT_TRUE(file.OpenRange(paths[i], {10, 20}, kNoLimit, &files).ok());
      EXPECT_EQ(file.bytes()[1], static_cast<uint8_t>(11 * (i + 1)));
      EXPECT_LE(files.open_count(), 2);
    }
  }
  std::shared_ptr<const OpenFile> a, b;
  ASSERT_TRUE(files.Get(paths[4], &a).ok());
  ASSERT_TRUE(files.Get(paths[4], &b).ok());
  EXPECT_EQ(a, b);
  EXPECT_EQ(files.Get(folder.path() + "/none", &a).code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(files.Get(folder.path(), &a).code(), ErrorCode::kFileRead);
}

TEST(OpenFilesTest, AReplacedFileIsRefusedAlsoAfterItsDescriptorWasClosed) {
  const TempFolder folder;
  const std::string path = folder.Write("f", Numbers(100, 1));
  OpenFiles files(1);
  FileBytes file;
  ASSERT_TRUE(file.OpenRange(path, {10, 20}, kNoLimit, &files).ok());
  const std::string other = folder.Write("other", Numbers(100));
  ASSERT_TRUE(file.OpenRange(other, {0, 1}, kNoLimit, &files).ok());
  std::filesystem::rename(folder.Write("new", Numbers(101, 3)), path);
  for (int again = 0; again < 2; ++again) {
    const Status status = file.OpenRange(path, {10, 20}, kNoLimit, &files);
    EXPECT_EQ(status.code(), ErrorCode::kFileRead);
    EXPECT_EQ(status.detail(), "it changed since it was first read");
  }
  EXPECT_EQ(files.open_count(), 1);
  // Without files to keep open it is read as it is now.
  ASSERT_TRUE(file.OpenRange(path, {10, 20}, kNoLimit, nullptr).ok());
  EXPECT_EQ(file.bytes()[0], 30);
}

TEST(OpenFilesTest, AFileCutWhileItIsOpenIsAnError) {
  const TempFolder folder;
  const std::string path = folder.Write("f", Numbers(8 << 20));
  OpenFiles files(2);
  FileBytes file;
  ASSERT_TRUE(file.OpenRange(path, {0, 8 << 20}, kNoLimit, &files).ok());
  std::filesystem::resize_file(path, 1000);
  EXPECT_EQ(file.OpenRange(path, {0, 8 << 20}, kNoLimit, &files).code(), ErrorCode::kFileRead);
  EXPECT_EQ(file.OpenRange(path, {0, 8 << 20}, kNoLimit, nullptr).code(),
            ErrorCode::kImageTruncated);
  EXPECT_TRUE(file.OpenRange(path, {0, 1000}, kNoLimit, nullptr).ok());
}

TEST(OpenFilesTest, ThreadsShareIt) {
  const TempFolder folder;
  std::vector<std::string> paths;
  for (int i = 0; i < 6; ++i) {
    paths.push_back(folder.Write("f" + std::to_string(i), Numbers(4096, 2 * i + 1)));
  }
  OpenFiles files(3);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      FileBytes file;
      for (int k = 0; k < 300; ++k) {
        const int i = (k * 5 + t) % 6;
        const bool read = file.OpenRange(paths[i], {1, 100}, kNoLimit, &files).ok();
        wrong += !read || file.bytes()[0] != 2 * i + 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(files.open_count(), 3);
}

}  // namespace
}  // namespace saker
