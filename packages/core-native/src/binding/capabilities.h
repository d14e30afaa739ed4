// capabilities(): what this build can do on this machine.
#ifndef SAKER_BINDING_CAPABILITIES_H_
#define SAKER_BINDING_CAPABILITIES_H_

#include <napi.h>

namespace saker {

Napi::Value CapabilitiesCall(const Napi::CallbackInfo& info);

}  // namespace saker

#endif  // SAKER_BINDING_CAPABILITIES_H_
