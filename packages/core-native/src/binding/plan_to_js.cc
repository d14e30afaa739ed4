#include "binding/plan_to_js.h"

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

Napi::Array NumbersToJs(Napi::Env env, const std::array<float, 3>& values) {
  const Napi::Array out = Napi::Array::New(env, values.size());
  for (uint32_t i = 0; i < values.size(); ++i) out.Set(i, static_cast<double>(values[i]));
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

const char* ColorName(ColorStepKind kind) {
  switch (kind) {
    case ColorStepKind::kBrightness:
      return "brightness";
    case ColorStepKind::kContrast:
      return "contrast";
    case ColorStepKind::kSaturation:
      return "saturation";
    case ColorStepKind::kHue:
      return "hue";
    case ColorStepKind::kGrayscale:
      return "grayscale";
    case ColorStepKind::kInvert:
      return "invert";
    case ColorStepKind::kPosterize:
      return "posterize";
    case ColorStepKind::kSolarize:
      return "solarize";
    case ColorStepKind::kGamma:
      return "gamma";
    case ColorStepKind::kPermute:
      return "permute";
    case ColorStepKind::kAutocontrast:
      return "autocontrast";
    case ColorStepKind::kEqualize:
      return "equalize";
    case ColorStepKind::kSharpness:
      return "sharpness";
    case ColorStepKind::kBlur:
      return "blur";
    case ColorStepKind::kErase:
      return "erase";
  }
  return "";
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
  out.Set("fill", plan.has_fill ? Napi::Value(NumbersToJs(env, plan.fill)) : env.Null());
  const Napi::Array colors = Napi::Array::New(env);
  uint32_t at = 0;
  for (const ColorStep& step : plan.colors) {
    const Napi::Object color = Napi::Object::New(env);
    color.Set("kind", ColorName(step.kind));
    color.Set("factor", step.factor);
    if (step.kind == ColorStepKind::kErase) {
      color.Set("box", RectToJs(env, step.box));
      color.Set("color", step.erase == EraseKind::kRandom
                             ? env.Null()
                             : Napi::Value(NumbersToJs(env, step.color)));
    }
    if (step.kind == ColorStepKind::kGamma) color.Set("gain", step.gain);
    if (step.kind == ColorStepKind::kPermute || step.kind == ColorStepKind::kBlur) {
      const uint32_t size = step.kind == ColorStepKind::kPermute ? 3 : 2;
      const Napi::Array whole = Napi::Array::New(env, size);
      for (uint32_t i = 0; i < size; ++i) whole.Set(i, step.whole[i]);
      color.Set(size == 3 ? "permutation" : "kernelSize", whole);
    }
    colors.Set(at++, color);
  }
  out.Set("colors", colors);
  out.Set("scale", NumbersToJs(env, plan.scale));
  out.Set("bias", NumbersToJs(env, plan.bias));
  return out;
}

}  // namespace saker
