# Sourced by the scripts beside it: counts checks, and waits for lines of files.
passed=0
failed=0
check() { # what, command…
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok    $what"
  else
    failed=$((failed + 1))
    echo "FAIL  $what"
  fi
}

# Waits up to 30 s until the file has a line like this.
has() {
  local file=$1 pattern=$2 i
  for ((i = 0; i < 300; i++)); do
    ! grep -qE -- "$pattern" "$file" 2>/dev/null || return 0
    sleep 0.1
  done
  echo "      no line like: $pattern" >&2
  tail -n 3 "$file" >&2 || true
  return 1
}

# Waits up to 60 s until the file has so many lines like this.
counts() {
  local file=$1 pattern=$2 wanted=$3 i n=0
  for ((i = 0; i < 600; i++)); do
    n=$(grep -cE -- "$pattern" "$file" 2>/dev/null || true)
    [[ ${n:-0} -lt $wanted ]] || break
    sleep 0.1
  done
  [[ ${n:-0} -eq $wanted ]] || { echo "      $n of $wanted" >&2; return 1; }
}

verdict() {
  echo "$passed passed, $failed failed"
  [[ $failed -eq 0 ]]
}
