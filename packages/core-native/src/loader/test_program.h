// A small pipeline and a folder of small pictures for the loader tests.
#ifndef SAKER_LOADER_TEST_PROGRAM_H_
#define SAKER_LOADER_TEST_PROGRAM_H_

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "codec/test_images.h"
#include "plan/program.h"

namespace saker {
namespace test_program {

// RandomResizedCrop(16) and a random flip, u8 NHWC: random enough to tell samples and epochs apart.
inline std::shared_ptr<const PipelineProgram> SmallTrainProgram() {
  auto program = std::make_shared<PipelineProgram>();
  RandomResizedCropParams crop;
  crop.size.push_back(16);
  crop.size.push_back(16);
  crop.scale = {0.3, 1.0};
  crop.ratio = {0.75, 4.0 / 3};
  crop.interpolation = Interpolation::kBilinear;
  crop.antialias = true;
  program->ops.push_back(crop);
  RandomHorizontalFlipParams flip;
  flip.p = 0.5;
  program->ops.push_back(flip);
  program->dtype = OutputDtype::kU8;
  program->layout = OutputLayout::kNhwc;
  const Status status = CompileProgram(program.get());
  EXPECT_TRUE(status.ok()) << status.detail();
  return program;
}

// A temporary folder, removed with everything in it.
class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "saker-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string Write(const std::string& name, const std::vector<uint8_t>& bytes) const {
    const std::string file = path_ + "/" + name;
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return file;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// `count` JPEGs of differing sizes and contents.
inline std::vector<std::string> WriteJpegs(const TempFolder& folder, int count) {
  std::vector<std::string> files;
  for (int i = 0; i < count; ++i) {
    test_images::JpegOptions options;
    options.quality = 60 + i % 40;
    files.push_back(folder.Write("p" + std::to_string(i) + ".jpg",
                                 test_images::Jpeg(40 + 7 * (i % 9), 33 + 5 * (i % 11), options)));
  }
  return files;
}

}  // namespace test_program
}  // namespace saker

#endif  // SAKER_LOADER_TEST_PROGRAM_H_
