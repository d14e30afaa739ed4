// What an operator builder sees of its node, and the table that maps operators to builders.
// A builder validates everything that is known before the first run and returns the kernel. Reading attributes
// through NodeReader also proves coverage: an attribute that no builder asked for is refused, not ignored.
#ifndef SAKER_AUTOGRAD_OPS_NODE_READER_H_
#define SAKER_AUTOGRAD_OPS_NODE_READER_H_

#include <ATen/ATen.h>

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "autograd/error.h"
#include "autograd/program.h"

namespace saker::autograd {

using Values = std::vector<at::Tensor>;  // an undefined tensor is an absent optional input

// State of one run of the graph.
struct RunContext {
  bool train = false;
  uint64_t seed = 0, step = 0;
  size_t node_index = 0;
  double statistics_weight = -1;  // see StepOptions
  // Running statistics to store if the step succeeds: (buffer, its next value).
  std::vector<std::pair<at::Tensor, at::Tensor>> pending_buffers;
  // The narrow type of mixed precision; Undefined = everything in the types that come.
  at::ScalarType amp = at::ScalarType::Undefined;
  // Values inside the graph are dropped after use and computed again by the backward pass.
  bool checkpoint = false;
};

using Kernel = std::function<Values(const Values& in, RunContext& run)>;

class NodeReader {
 public:
  NodeReader(const Node& node, int opset) : node_(node), opset_(opset) {}

  const Node& node() const { return node_; }
  int opset() const { return opset_; }
  size_t num_inputs() const { return node_.inputs.size(); }
  bool has_input(size_t i) const { return i < node_.inputs.size() && !node_.inputs[i].empty(); }

  bool Has(const std::string& name);
  int64_t Int(const std::string& name, int64_t fallback);
  double Float(const std::string& name, double fallback);
  std::string String(const std::string& name, const std::string& fallback);
  std::vector<int64_t> Ints(const std::string& name, std::vector<int64_t> fallback = {});
  std::vector<double> Floats(const std::string& name);
  const TensorView* Tensor(const std::string& name);
  // Marks attributes that change nothing here as read.
  void Ignore(std::initializer_list<const char*> names);
  // Refuses unless the node has between `least` and `most` inputs, the first `least` of them present.
  void RequireInputs(size_t least, size_t most);
  // Throws E_OP_UNSUPPORTED naming op, domain and node.
  [[noreturn]] void Unsupported(const std::string& detail) const;
  void CheckAllRead() const;
  // Says that no gradient passes through this node: it counts, compares, rounds or reads shapes.
  void NoGradient() { no_gradient_ = true; }
  bool no_gradient() const { return no_gradient_; }

 private:
  const Attr* Find(const std::string& name);
  const Node& node_;
  int opset_;
  std::set<std::string> read_;
  bool no_gradient_ = false;
};

struct OpEntry {
  const char* op;
  Kernel (*build)(NodeReader& node);
  int num_outputs = 1;      // outputs that the kernel gives; -1 = as many as the node names
  bool foldable = true;     // same inputs, same outputs: may be run once at create when all inputs are constant
};

// One table per family, each in the file of its name.
const std::vector<OpEntry>& ActivationOps();
const std::vector<OpEntry>& ConvOps();
const std::vector<OpEntry>& PoolOps();
const std::vector<OpEntry>& NormOps();
const std::vector<OpEntry>& MathOps();
const std::vector<OpEntry>& MatmulOps();
const std::vector<OpEntry>& ReduceOps();
const std::vector<OpEntry>& ShapeOps();
const std::vector<OpEntry>& LayoutOps();
const std::vector<OpEntry>& IndexOps();
const std::vector<OpEntry>& ScatterOps();
const std::vector<OpEntry>& OrderOps();
const std::vector<OpEntry>& ResizeOps();
const std::vector<OpEntry>& LogicOps();

// The entry for `op` in domain ai.onnx, or null.
const OpEntry* FindOp(const std::string& op);

// Helpers shared by the families ------------------------------------------------------------------------

// A copy of `view` as a tensor that owns its memory. E_ENGINE_ARGUMENT when bytes and shape disagree.
at::Tensor TensorFromView(const TensorView& view);
at::ScalarType DtypeFromOnnx(NodeReader& node, int64_t onnx_type);
// Elements of a small integer tensor.
std::vector<int64_t> ToInts(const at::Tensor& t);
// `axis` counted from the end when negative; E_ENGINE_ARGUMENT when outside [-rank, rank).
int64_t NormAxis(int64_t axis, int64_t rank);
// Indices counted from the end where negative, as i64; E_ENGINE_ARGUMENT when one is outside [-size, size).
at::Tensor WrapIndex(const at::Tensor& index, int64_t size);
// A rank-1 i64 tensor.
at::Tensor IntTensor(const std::vector<int64_t>& values);

}  // namespace saker::autograd

#endif  // SAKER_AUTOGRAD_OPS_NODE_READER_H_
