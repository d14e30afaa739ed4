/**
 * Switches ONNX Runtime's telemetry off for this process, unless the user has set ORT_DISABLE_TELEMETRY. Must run on the
 * main thread before the first session: ONNX Runtime reads the C environment, which worker threads only have a copy of.
 *
 * Since 1.30 it is on by default on Linux. It uploads usage events and keeps a device id, and it matches the command
 * line with a recursive regular expression, which overflows the stack from about 25 KB of arguments on: a crash for
 * `saker predict MODEL *.jpg`.
 */
export function disableRuntimeTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}
