#include "binding/program_from_js.h"

#include <array>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace saker {
namespace {

// One overload per field type of gen/op_params.h. Each returns false when the value does not fit.
bool Read(const Napi::Value& v, int32_t* out) {
  if (!v.IsNumber()) return false;
  *out = v.As<Napi::Number>().Int32Value();
  return true;
}

bool Read(const Napi::Value& v, double* out) {
  if (!v.IsNumber()) return false;
  *out = v.As<Napi::Number>().DoubleValue();
  return true;
}

bool Read(const Napi::Value& v, bool* out) {
  if (!v.IsBoolean()) return false;
  *out = v.As<Napi::Boolean>().Value();
  return true;
}

template <class E, class = std::enable_if_t<std::is_enum_v<E>>>
bool Read(const Napi::Value& v, E* out) {
  if (!v.IsString()) return false;
  const std::string name = v.As<Napi::String>().Utf8Value();
  for (int i = 0; i < EnumNames<E>::count; ++i) {
    if (name == EnumNames<E>::names[i]) {
      *out = static_cast<E>(i);
      return true;
    }
  }
  return false;
}

template <class T, size_t N>
bool Read(const Napi::Value& v, std::array<T, N>* out) {
  if (!v.IsArray() || v.As<Napi::Array>().Length() != N) return false;
  for (uint32_t i = 0; i < N; ++i) {
    if (!Read(v.As<Napi::Array>().Get(i), &(*out)[i])) return false;
  }
  return true;
}

bool Read(const Napi::Value& v, EraseValue* out) {
  if (!v.IsString()) {
    out->kind = EraseKind::kColor;
    return Read(v, &out->color);
  }
  const std::string name = v.As<Napi::String>().Utf8Value();
  out->kind = name == "mean" ? EraseKind::kMean : EraseKind::kRandom;
  return name == "mean" || name == "random";
}

template <class T, size_t N>
bool Read(const Napi::Value& v, InlineVec<T, N>* out) {
  if (!v.IsArray()) return false;
  const auto array = v.As<Napi::Array>();
  *out = InlineVec<T, N>();
  for (uint32_t i = 0; i < array.Length(); ++i) {
    T item{};
    if (!Read(array.Get(i), &item) || !out->push_back(item)) return false;
  }
  return true;
}

template <class T>
bool Read(const Napi::Value& v, std::optional<T>* out) {
  out->reset();
  if (v.IsNull() || v.IsUndefined()) return true;
  T item{};
  if (!Read(v, &item)) return false;
  *out = item;
  return true;
}

Status Unsupported(const std::string& detail) {
  return Status(ErrorCode::kPipelineUnsupported, detail);
}

Status ReadOps(const Napi::Value& value, std::vector<OpParams>* ops);

// One field of an op; the ops of a list are appended to `ops`.
template <class T>
Status ReadField(const char* op, const char* field, const Napi::Value& value, T* member,
                 std::vector<OpParams>* ops) {
  if constexpr (std::is_same_v<T, OpList>) {
    if (value.IsArray()) {
      member->count = static_cast<int32_t>(value.As<Napi::Array>().Length());
      return ReadOps(value, ops);
    }
  } else if (Read(value, member)) {
    return OkStatus();
  }
  return Unsupported(std::string(op) + " cannot take this value of " + field);
}

// Appends the op when the name is Params' own, and then the ops it holds. False for another name.
template <class Params>
bool TryOp(const std::string& name, const Napi::Object& object, std::vector<OpParams>* ops,
           Status* status) {
  if (name != Params::kName) return false;
  Params params;
  const size_t index = ops->size();
  ops->emplace_back();
  params.VisitFields([&](const char* field, auto& member) {
    if (status->ok()) *status = ReadField(Params::kName, field, object.Get(field), &member, ops);
  });
  (*ops)[index] = params;
  return true;
}

template <class... Params>
bool ReadOp(const std::string& name, const Napi::Object& object, const std::variant<Params...>*,
            std::vector<OpParams>* ops, Status* status) {
  return (TryOp<Params>(name, object, ops, status) || ...);
}

// Appends a list of ops in pre-order.
Status ReadOps(const Napi::Value& value, std::vector<OpParams>* ops) {
  const auto array = value.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const auto object = array.Get(i).As<Napi::Object>();
    const std::string name = object.Get("op").As<Napi::String>().Utf8Value();
    Status status;
    const OpParams* kinds = nullptr;
    if (!ReadOp(name, object, kinds, ops, &status)) return Unsupported("no op named " + name);
    SAKER_RETURN_IF_ERROR(status);
  }
  return OkStatus();
}

}  // namespace

StatusOr<PipelineProgram> ProgramFromJs(const Napi::Object& spec) {
  PipelineProgram program;
  const Status read = ReadOps(spec.Get("ops"), &program.ops);
  if (!read.ok()) return read;
  const auto decode = spec.Get("decode").As<Napi::Object>();
  const std::string scaling = decode.Get("dct_scaling").As<Napi::String>().Utf8Value();
  program.dct_scaling = scaling == "auto" ? DctScaling::kAuto : DctScaling::kOff;
  const auto output = spec.Get("output").As<Napi::Object>();
  const bool u8 = output.Get("dtype").As<Napi::String>().Utf8Value() == "u8";
  program.dtype = u8 ? OutputDtype::kU8 : OutputDtype::kF32;
  const bool nhwc = output.Get("layout").As<Napi::String>().Utf8Value() == "NHWC";
  program.layout = nhwc ? OutputLayout::kNhwc : OutputLayout::kNchw;
  program.channels = output.Get("channels").As<Napi::Number>().Int32Value();
  const Status status = CompileProgram(&program);
  if (!status.ok()) return status;
  return program;
}

}  // namespace saker
