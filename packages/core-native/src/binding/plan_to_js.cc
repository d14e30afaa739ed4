#include "binding/plan_to_js.h"

#include <array>
#include <optional>
#include <type_traits>

#include "ops/core/visit_step.h"

namespace saker {
namespace {

Napi::Object RectToJs(Napi::Env env, const Rect& r) {
  const Napi::Object out = Napi::Object::New(env);
  out.Set("x", r.x);
  out.Set("y", r.y);
  out.Set("width", r.width);
  out.Set("height", r.height);
  return out;
}

Napi::Object StepToJs(Napi::Env env, const AxisStep& step) {
  const Napi::Object out = Napi::Object::New(env);
  out.Set("size", step.size);
  switch (step.kind) {
    case AxisStepKind::kCrop:
      out.Set("kind", "crop");
      out.Set("offset", step.offset);
      break;
    case AxisStepKind::kFlip:
      out.Set("kind", "flip");
      break;
    case AxisStepKind::kPad:
      out.Set("kind", "pad");
      out.Set("offset", step.offset);
      out.Set("paddingMode", EnumNames<PaddingMode>::names[static_cast<int>(step.padding_mode)]);
      break;
    case AxisStepKind::kResize:
      out.Set("kind", "resize");
      out.Set("filter", EnumNames<Interpolation>::names[static_cast<int>(step.filter)]);
      out.Set("antialias", step.antialias);
      out.Set("from", step.box0);
      out.Set("to", step.box1);
      break;
  }
  return out;
}

Napi::Object ChainToJs(Napi::Env env, const AxisChain& chain) {
  const Napi::Object out = Napi::Object::New(env);
  out.Set("sourceSize", chain.source_size);
  const Napi::Array steps = Napi::Array::New(env, chain.count);
  for (int i = 0; i < chain.count; ++i) steps.Set(i, StepToJs(env, chain.steps[i]));
  out.Set("steps", steps);
  return out;
}

// Fields of step structs, by type.
template <class T, class = std::enable_if_t<std::is_arithmetic_v<T>>>
Napi::Value FieldToJs(Napi::Env env, T v) {
  return Napi::Number::New(env, static_cast<double>(v));
}
Napi::Value FieldToJs(Napi::Env env, const char* v) { return Napi::String::New(env, v); }
Napi::Value FieldToJs(Napi::Env env, const Rect& v) { return RectToJs(env, v); }
template <class T, size_t N>
Napi::Value FieldToJs(Napi::Env env, const std::array<T, N>& values) {
  const Napi::Array out = Napi::Array::New(env, N);
  for (uint32_t i = 0; i < N; ++i) out.Set(i, static_cast<double>(values[i]));
  return out;
}
template <class T>
Napi::Value FieldToJs(Napi::Env env, const std::optional<T>& v) {
  return v ? FieldToJs(env, *v) : env.Null();
}

Napi::Value FillToJs(Napi::Env env, bool has_fill, const std::array<float, 3>& fill) {
  return has_fill ? FieldToJs(env, fill) : env.Null();
}

Napi::Object PixelStepToJs(Napi::Env env, const SamplePlan& plan, const PixelStep& step) {
  const Napi::Object out = Napi::Object::New(env);
  out.Set("kind", StepName(step));
  // Every step has a factor, also where it means nothing.
  out.Set("factor", 1);
  VisitStep(step, [&](const auto& s) {
    s.VisitFields([&](const char* name, const auto& value) {
      out.Set(name, FieldToJs(env, value));
    });
  });
  const PassKind pass = PassOf(step);
  if (step.kind == StepKind::kWarp || pass == PassKind::kPicture || pass == PassKind::kResample) {
    out.Set("width", step.width);
    out.Set("height", step.height);
  }
  if (const ResampleStep* resample = step.If<ResampleStep>()) {
    const Resampling& r = plan.resamples[static_cast<size_t>(resample->index)];
    out.Set("inputOrigin", FieldToJs(env, std::array<int32_t, 2>{{r.in_x, r.in_y}}));
    out.Set("x", ChainToJs(env, r.x));
    out.Set("y", ChainToJs(env, r.y));
    out.Set("fill", FillToJs(env, r.has_fill, r.fill));
  }
  return out;
}

}  // namespace

Napi::Object PlanToJs(Napi::Env env, const SamplePlan& plan) {
  const Napi::Object out = Napi::Object::New(env);
  const Napi::Object decode = RectToJs(env, plan.decode.region);
  decode.Set("scaleDenom", plan.decode.scale_denom);
  decode.Set("channels", plan.decode.channels);
  out.Set("decode", decode);
  out.Set("source", RectToJs(env, plan.source));
  out.Set("width", plan.width());
  out.Set("height", plan.height());
  out.Set("channels", plan.channels);
  out.Set("x", ChainToJs(env, plan.x));
  out.Set("y", ChainToJs(env, plan.y));
  out.Set("fill", FillToJs(env, plan.has_fill, plan.fill));
  const Napi::Array steps = Napi::Array::New(env, plan.steps.size());
  uint32_t at = 0;
  for (const PixelStep& step : plan.steps) steps.Set(at++, PixelStepToJs(env, plan, step));
  out.Set("colors", steps);
  out.Set("scale", FieldToJs(env, plan.scale));
  out.Set("bias", FieldToJs(env, plan.bias));
  return out;
}

}  // namespace saker
