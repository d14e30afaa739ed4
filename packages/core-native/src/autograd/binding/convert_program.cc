#include "autograd/binding/convert.h"

namespace saker::autograd {
namespace {

TensorView ViewFromJs(const Napi::Object& js) {
  TensorView view;
  view.dtype = Text(js.Get("dtype"));
  view.dims = Dims(js.Get("dims"));
  const auto bytes = js.Get("data").As<Napi::Uint8Array>();
  view.data = bytes.Data();
  view.size_bytes = bytes.ByteLength();
  return view;
}

Attr AttrFromJs(const Napi::Value& js) {
  Attr attr;
  if (js.IsNumber()) {
    attr.numbers = {js.As<Napi::Number>().DoubleValue()};
  } else if (js.IsString()) {
    attr.kind = Attr::Kind::kString;
    attr.strings = {Text(js)};
  } else if (js.IsArray()) {
    const auto list = js.As<Napi::Array>();
    const bool text = list.Length() > 0 && list.Get(0u).IsString();
    attr.kind = text ? Attr::Kind::kStrings : Attr::Kind::kNumbers;
    for (uint32_t i = 0; i < list.Length(); ++i) {
      if (text) attr.strings.push_back(Text(list.Get(i)));
      else attr.numbers.push_back(list.Get(i).ToNumber().DoubleValue());
    }
  } else {
    attr.kind = Attr::Kind::kTensor;
    attr.tensor = ViewFromJs(js.As<Napi::Object>().Get("tensor").As<Napi::Object>());
  }
  return attr;
}

}  // namespace

Program ProgramFromJs(const Napi::Object& js) {
  Program program;
  program.opset = js.Get("opset").ToNumber().Int32Value();
  program.outputs = StringsFromJs(js.Get("outputs"));
  const auto inputs = js.Get("inputs").As<Napi::Array>();
  for (uint32_t i = 0; i < inputs.Length(); ++i) {
    Napi::HandleScope scope(js.Env());
    const auto input = inputs.Get(i).As<Napi::Object>();
    program.inputs.push_back({Text(input.Get("name")), Dims(input.Get("dims")), Text(input.Get("dtype"))});
  }
  const auto nodes = js.Get("nodes").As<Napi::Array>();
  for (uint32_t i = 0; i < nodes.Length(); ++i) {
    Napi::HandleScope scope(js.Env());
    const auto from = nodes.Get(i).As<Napi::Object>();
    Node node;
    node.name = Text(from.Get("name"));
    node.op = Text(from.Get("op"));
    node.domain = Text(from.Get("domain"));
    node.inputs = StringsFromJs(from.Get("inputs"));
    node.outputs = StringsFromJs(from.Get("outputs"));
    const auto attrs = from.Get("attrs").As<Napi::Object>();
    for (const std::string& key : StringsFromJs(attrs.GetPropertyNames())) {
      node.attrs.emplace(key, AttrFromJs(attrs.Get(key)));
    }
    program.nodes.push_back(std::move(node));
  }
  const auto tensors = js.Get("tensors").As<Napi::Array>();
  for (uint32_t i = 0; i < tensors.Length(); ++i) {
    Napi::HandleScope scope(js.Env());
    const auto tensor = tensors.Get(i).As<Napi::Object>();
    program.tensors.push_back({Text(tensor.Get("name")), ViewFromJs(tensor)});
  }
  return program;
}

}  // namespace saker::autograd
