/**
 * Switches ONNX Runtime's telemetry off for this process, unless the user has set ORT_DISABLE_TELEMETRY. Takes effect
 * before the first session only. ONNX Runtime reads the C environment: a worker thread must be started with SHARE_ENV, or
 * its own copy of the environment is all that changes.
 *
 * Since 1.30 it is on by default on Linux. It uploads usage events and keeps a device id, and it matches the command
 * line with a recursive regular expression, which overflows the stack from about 25 KB of arguments on: a crash for
 * `saker predict MODEL *.jpg`.
 */
export function disableRuntimeTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}
