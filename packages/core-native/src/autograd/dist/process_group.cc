#include "autograd/dist/process_group.h"

#include <ATen/ATen.h>

#include <cstring>

#ifdef SAKER_GLOO
#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif
#ifdef SAKER_NCCL
#define USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include "autograd/device.h"
#include "autograd/error.h"

namespace saker::autograd {

std::string ProcessGroup::BroadcastBytes(const std::string& bytes, int root) {
  at::Tensor size = at::full({1}, static_cast<int64_t>(bytes.size()), at::TensorOptions().dtype(at::kLong));
  Broadcast(size, root);
  const int64_t count = size.item<int64_t>();
  at::Tensor data = at::empty({count}, at::TensorOptions().dtype(at::kByte));
  if (rank() == root && count > 0) std::memcpy(data.data_ptr(), bytes.data(), bytes.size());
  if (count > 0) Broadcast(data, root);
  return std::string(static_cast<const char*>(data.data_ptr()), static_cast<size_t>(count));
}

#ifdef SAKER_GLOO
namespace {

// libtorch's text without its backtrace.
std::string FirstLine(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

template <typename F>
auto Collective(F&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const EngineError&) {
    throw;
  } catch (const std::exception& error) {
    throw EngineError("E_DIST_PEER_LOST", {{"detail", FirstLine(error)}});
  }
}

bool IsLoopback(const std::string& host) { return host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0; }

c10::intrusive_ptr<c10d::Store> OpenStore(const GroupConfig& config) {
  const auto timeout = std::chrono::milliseconds(static_cast<int64_t>(config.timeout_s * 1000));
  c10::intrusive_ptr<c10d::Store> store;
  if (!config.file.empty()) {
    store = c10::make_intrusive<c10d::FileStore>(config.file, config.world_size);
  } else {
    c10d::TCPStoreOptions options;
    options.port = static_cast<uint16_t>(config.master_port);
    options.isServer = config.rank == 0;
    options.numWorkers = static_cast<size_t>(config.world_size);
    options.timeout = timeout;
    store = c10::make_intrusive<c10d::TCPStore>(config.master_addr, options);
  }
  store->setTimeout(timeout);
  return store;
}

// Gloo and NCCL share the interface of c10d: ProcessGroup in libtorch 1.x, Backend in 2.x.
template <typename Backend>
class C10dGroup : public ProcessGroup {
 public:
  C10dGroup(GroupConfig config, c10::intrusive_ptr<c10d::Store> store, c10::intrusive_ptr<Backend> backend)
      : ProcessGroup(std::move(config)), store_(std::move(store)), backend_(std::move(backend)),
        device_(this->config().backend == "nccl" ? ResolveDevice(this->config().device) : c10::Device(c10::kCPU)) {}

  Pending BeginSum(at::Tensor t) override {
    std::vector<at::Tensor> tensors{t.to(device_)};
    auto work = Collective([&] { return backend_->allreduce(tensors); });
    return [work, t, sum = tensors[0]] {
      Collective([&] {
        work->wait();
        return true;
      });
      if (!t.is_same(sum)) t.copy_(sum);
    };
  }

  void Broadcast(at::Tensor t, int root) override {
    std::vector<at::Tensor> tensors{t.to(device_)};
    c10d::BroadcastOptions options;
    options.rootRank = root;
    Collective([&] { return backend_->broadcast(tensors, options)->wait(); });
    if (!t.is_same(tensors[0])) t.copy_(tensors[0]);
  }

 private:
  c10::intrusive_ptr<c10d::Store> store_;  // outlives the backend
  c10::intrusive_ptr<Backend> backend_;
  c10::Device device_;  // whose memory the backend takes; other tensors go through a copy there
};

std::unique_ptr<ProcessGroup> JoinGloo(const GroupConfig& config) {
  auto store = OpenStore(config);
  auto options = c10d::ProcessGroupGloo::Options::create();
  options->timeout = std::chrono::milliseconds(static_cast<int64_t>(config.timeout_s * 1000));
  // Messages between processes of one machine stay on its loopback interface.
  const bool local = !config.file.empty() || IsLoopback(config.master_addr);
  options->devices.push_back(local ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                   : c10d::ProcessGroupGloo::createDefaultDevice());
  options->threads = 2;
  auto backend = c10::make_intrusive<c10d::ProcessGroupGloo>(store, config.rank, config.world_size, options);
  return std::make_unique<C10dGroup<c10d::ProcessGroupGloo>>(config, std::move(store), std::move(backend));
}

#ifdef SAKER_NCCL
std::unique_ptr<ProcessGroup> JoinNccl(const GroupConfig& config) {
  auto store = OpenStore(config);
  auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = std::chrono::milliseconds(static_cast<int64_t>(config.timeout_s * 1000));
  auto backend = c10::make_intrusive<c10d::ProcessGroupNCCL>(store, config.rank, config.world_size, options);
  return std::make_unique<C10dGroup<c10d::ProcessGroupNCCL>>(config, std::move(store), std::move(backend));
}
#endif

}  // namespace

std::unique_ptr<ProcessGroup> ProcessGroup::Join(const GroupConfig& config) {
#ifdef SAKER_NCCL
  if (config.backend == "nccl" && config.device == "cpu") {
    throw EngineError("E_DIST_BACKEND", {{"backend", config.backend}, {"detail", "it sums on CUDA devices only, and the model is on the CPU: use --device cuda"}});
  }
#endif
  try {
    if (config.backend == "gloo") return JoinGloo(config);
#ifdef SAKER_NCCL
    if (config.backend == "nccl") return JoinNccl(config);
#endif
  } catch (const std::exception& error) {
    throw EngineError("E_DIST_CONNECT",
                      {{"rank", std::to_string(config.rank)},
                       {"world", std::to_string(config.world_size)},
                       {"address", config.file.empty()
                                       ? config.master_addr + ":" + std::to_string(config.master_port)
                                       : config.file},
                       {"detail", FirstLine(error)}});
  }
  throw EngineError("E_DIST_BACKEND",
                    {{"backend", config.backend},
                     {"detail", "the libtorch that the engine was built with has no NCCL (it needs a CUDA build)"}});
}

#else  // SAKER_GLOO

std::unique_ptr<ProcessGroup> ProcessGroup::Join(const GroupConfig& config) {
  throw EngineError("E_DIST_BACKEND", {{"backend", config.backend},
                                       {"detail", "the engine was built without Gloo's headers (libgloo-dev)"}});
}

#endif

}  // namespace saker::autograd
