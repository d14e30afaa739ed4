# Sourced by the scripts in tools/: plain sentences on standard output, complaints on standard error.
say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }

# run_logged LOG COMMAND...: runs quietly; when it fails, shows the log and returns its status.
run_logged() {
  local log="$1"
  shift
  mkdir -p "$(dirname "$log")"
  local status=0
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [[ $status -eq 0 ]]; then return 0; fi
  tail -n 60 "$log" >&2
  complain "That failed: $* (the whole log is in $log)."
  return "$status"
}
