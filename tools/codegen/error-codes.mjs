import { banner, pascal } from './names.mjs';

/** src/gen/error_codes.h: the error registry as a C++ enum. */
export function errorCodes(errors) {
  const codes = Object.keys(errors).sort();
  const rows = codes.map((c) => `  X(k${pascal(c.slice(2))}, "${c}")`);
  return `${banner((t) => `// ${t}`, 'the error registry of @saker/spec')}#ifndef SAKER_GEN_ERROR_CODES_H_
#define SAKER_GEN_ERROR_CODES_H_

// X(enumerator, "E_CODE")
#define SAKER_ERROR_CODES(X) \\
${rows.join(' \\\n')}

namespace saker {

enum class ErrorCode : int {
  kOk = 0,
#define SAKER_X(name, text) name,
  SAKER_ERROR_CODES(SAKER_X)
#undef SAKER_X
};

// The registry's name of \`code\`, e.g. "E_IMAGE_CORRUPT"; "OK" for kOk.
inline const char* ErrorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kOk:
      return "OK";
#define SAKER_X(name, text) \\
  case ErrorCode::name:     \\
    return text;
      SAKER_ERROR_CODES(SAKER_X)
#undef SAKER_X
  }
  return "E_INTERNAL";
}

}  // namespace saker

#endif  // SAKER_GEN_ERROR_CODES_H_
`;
}
