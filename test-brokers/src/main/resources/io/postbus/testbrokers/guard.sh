# Runs a server as long as the process at the other end of stdin lives.
#   guard FOLDER LOG SWEEP COMMAND…
# Prints the server's pid, then ends with it and its status. When stdin ends, whoever held it is
# gone: the server is killed with all its children, SWEEP is run as a script that gets the folder,
# and the folder is removed.
trap '' HUP INT QUIT
folder=$1
log=$2
sweep=$3
shift 3

tree() {
  echo "$1"
  # shellcheck disable=SC2013 # the kernel separates them by blanks
  for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
    tree "$child"
  done
}

exec 3<&0
"$@" 3<&- </dev/null >>"$log" 2>&1 &
server=$!
echo "$server"
exec >/dev/null 2>&1
(
  read -r _ <&3
  trap '' TERM # from below, once the server is dead
  # shellcheck disable=SC2046 # one word a pid
  kill -KILL $(tree "$server")
  sh -c "$sweep" sweep "$folder"
  rm -rf -- "$folder" || { sleep 1; rm -rf -- "$folder"; }
) &
watcher=$!
wait "$server"
status=$?
kill "$watcher"
wait "$watcher"
exit "$status"
