#include "autograd/optim/rule.h"

#include "autograd/error.h"

namespace saker::autograd {

const UpdateRule& RuleOf(OptimizerConfig::Type type) {
  for (const UpdateRule* rule :
       {&kSgdRule, &kAdamRule, &kAdamWRule, &kRmsPropRule, &kLambRule, &kLionRule}) {
    if (rule->type == type) return *rule;
  }
  ThrowArgument("an optimiser without an update rule");
}

}  // namespace saker::autograd
