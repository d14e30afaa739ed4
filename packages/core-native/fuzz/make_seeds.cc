// make_seeds OUT [FILE...]: writes OUT/<target>/ with the inputs that fuzzing starts from: pictures of
// every kind made here, and the FILEs that are small enough, sorted by what they are.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "codec/sniff.h"
#include "codec/test_images.h"
#include "codec/test_webp.h"
#include "fuzz/decoder_fuzzer.h"
#include "fuzz/pipeline_fuzzer.h"

namespace saker {
namespace fuzz {
namespace {

using File = std::vector<uint8_t>;
constexpr size_t kMaxSeedBytes = 64 << 10;

class Seeds {
 public:
  explicit Seeds(std::filesystem::path out) : out_(std::move(out)) {}

  // `file` as an input of its decoder's target and of the pipeline's.
  void Add(const File& file) {
    const Bytes bytes(file.data(), file.size());
    const char* target = LooksLikeJpeg(bytes)   ? "jpeg"
                         : LooksLikePng(bytes)  ? "png"
                         : LooksLikeWebp(bytes) ? "webp"
                         : LooksLikePnm(bytes)  ? "pnm"
                                                : nullptr;
    if (target == nullptr || file.size() > kMaxSeedBytes) return;
    Write(target, kDecoderHead, file);
    Write("pipeline", kPipelineHead, file);
  }

  int count() const { return count_; }

 private:
  // A head of `head` bytes, other ones for every seed, and the file.
  void Write(const char* target, size_t head, const File& file) {
    std::filesystem::create_directories(out_ / target);
    std::ofstream out(out_ / target / ("seed-" + std::to_string(count_++)), std::ios::binary);
    for (size_t i = 0; i < head; ++i) {
      state_ = state_ * 1664525u + 1013904223u;
      out.put(static_cast<char>(state_ >> 24));
    }
    out.write(reinterpret_cast<const char*>(file.data()),
              static_cast<std::streamsize>(file.size()));
    if (!out) {
      std::fprintf(stderr, "cannot write %s\n", (out_ / target).c_str());
      std::exit(1);
    }
  }

  const std::filesystem::path out_;
  int count_ = 0;
  uint32_t state_ = 1;
};

void AddJpegs(Seeds* seeds) {
  for (const int channels : {1, 3, 4}) {
    for (const bool progressive : {false, true}) {
      test_images::JpegOptions options;
      options.channels = channels;
      options.progressive = progressive;
      options.restart_rows = progressive ? 0 : 1;
      options.app1 = test_images::ExifApp1(6);
      seeds->Add(test_images::Jpeg(37, 29, options));
    }
  }
  for (const auto& [h, v] : {std::pair(1, 1), {2, 1}, {1, 2}, {4, 1}}) {
    test_images::JpegOptions options;
    options.h_samp = h;
    options.v_samp = v;
    seeds->Add(test_images::Jpeg(61, 43, options));
  }
}

void AddPngs(Seeds* seeds) {
  for (const bool interlaced : {false, true}) {
    for (const int depth : {8, 16}) {
      for (const auto& [type, channels] : {std::pair(0, 1), {2, 3}, {4, 2}, {6, 4}}) {
        seeds->Add(test_images::Png(19, 13, type, depth,
                                    test_images::Pixels(19 * depth / 8, 13, channels), interlaced));
      }
    }
    for (const int depth : {1, 2, 4}) {
      seeds->Add(test_images::Png(16, 9, 0, depth, test_images::Pixels(2 * depth, 9, 1), interlaced));
    }
  }
  spng_plte palette = {};
  palette.n_entries = 256;
  seeds->Add(test_images::Png(16, 9, 3, 8, test_images::Pixels(16, 9, 1), false, &palette));
}

void AddWebps(Seeds* seeds) {
  using test_images::WebpKind;
  for (const WebpKind kind : {WebpKind::kLossy, WebpKind::kLossless}) {
    for (const int channels : {3, 4}) {
      const File still = test_images::Webp(33, 21, kind, channels);
      seeds->Add(still);
      File chunks = test_images::RiffChunk("ANIM", File(6));
      test_images::Append(&chunks, test_images::AnimationFrame(2, 4, 33, 21, still));
      seeds->Add(test_images::ExtendedWebp(40, 30, 0x02, chunks));
      chunks = test_images::ImageChunks(still);
      test_images::Append(&chunks, test_images::RiffChunk("EXIF", test_images::ExifTiff(8)));
      seeds->Add(test_images::ExtendedWebp(33, 21, 0x08, chunks));
    }
  }
}

void AddPnms(Seeds* seeds) {
  for (const char* magic : {"P5", "P6"}) {
    for (const char* maxval : {"255", "100", "65535"}) {
      const std::string header = std::string(magic) + "\n# seed\n7 5\n" + maxval + "\n";
      File file(header.begin(), header.end());
      test_images::Append(&file, test_images::Pixels(7, 5, 6));
      seeds->Add(file);
    }
  }
}

}  // namespace
}  // namespace fuzz
}  // namespace saker

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: make_seeds OUT [FILE...]\n");
    return 2;
  }
  saker::fuzz::Seeds seeds(argv[1]);
  saker::fuzz::AddJpegs(&seeds);
  saker::fuzz::AddPngs(&seeds);
  saker::fuzz::AddWebps(&seeds);
  saker::fuzz::AddPnms(&seeds);
  for (int i = 2; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    seeds.Add(saker::fuzz::File(std::istreambuf_iterator<char>(in), {}));
  }
  std::printf("%d seeds\n", seeds.count());
  return 0;
}
