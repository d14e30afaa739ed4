// A SamplePlan as a plain object, for debugging and tests.
#ifndef SAKER_BINDING_PLAN_TO_JS_H_
#define SAKER_BINDING_PLAN_TO_JS_H_

#include <napi.h>

#include "plan/plan.h"

namespace saker {

Napi::Object PlanToJs(Napi::Env env, const SamplePlan& plan);

}  // namespace saker

#endif  // SAKER_BINDING_PLAN_TO_JS_H_
