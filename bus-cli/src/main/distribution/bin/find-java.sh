# Sourced by the launchers: finds a Java that is recent enough.

die() {
  printf 'postbus: %s\n' "$*" >&2
  exit 1
}

# Where the file really is, through any links to it.
real() {
  local path=$1 target
  while [ -L "$path" ]; do
    target=$(readlink "$path")
    case $target in
      /*) path=$target ;;
      *) path=$(dirname "$path")/$target ;;
    esac
  done
  printf '%s/%s' "$(cd -P "$(dirname "$path")" && pwd)" "$(basename "$path")"
}

# The version of a java, from the file beside it; asking java itself takes far longer.
version_of() {
  local java=$1 release line
  release=$(dirname "$(dirname "$(real "$java")")")/release
  if [ -r "$release" ]; then
    while IFS= read -r line; do
      case $line in
        JAVA_VERSION=*)
          line=${line#*=}
          printf '%s' "${line//\"/}"
          return
          ;;
      esac
    done <"$release"
  fi
  "$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p;q'
}

recent() {
  local major=${1%%[!0-9]*}
  [ -n "$major" ] && [ "$major" -ge 17 ]
}

# Sets java and version to the first one that is recent enough.
find_java() {
  local candidate found=
  for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || true)"; do
    if [ -n "$candidate" ] && [ -x "$candidate" ]; then
      java=$candidate
      version=$(version_of "$java")
      if recent "$version"; then
        return
      fi
      found="$found, $java is $version"
    fi
  done
  die "needs Java 17 or newer${found:+ (${found#, })}; install one, or let JAVA_HOME name it"
}
