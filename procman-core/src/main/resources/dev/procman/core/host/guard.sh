# Ends the children of a JVM that died without ending them. Standard input is a pipe from that JVM: "bye" on it means
# that all is well, its end without that means death. POSIX sh, and /proc of Linux.
# $1: mark of the manager. $2: its ledger, lines "+ pid start-ticks mark".
trap '' HUP INT TERM QUIT PIPE
mark=$1
ledger=$2

read -r word
[ "$word" = bye ] && exit 0

# Whether $1 is alive and was started at $2: pids are reused.
same() {
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  set -- "$2" ${stat##*) }
  [ "$2" != Z ] && [ "$2" != X ] && [ "$1" = "${21}" ]
}

left() {
  if [ -r "$ledger" ]; then
    while read -r sign pid ticks rest; do
      if [ "$sign" = + ] && same "$pid" "$ticks" 2>/dev/null; then
        echo "$pid"
      fi
    done <"$ledger"
  fi
  # Environments are lists of strings that end in NUL; those of the dead are empty.
  grep -slz "^PROCMAN_TREE=$mark/" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do
    echo "$pid"
  done
}

round=0
while [ $round -lt 60 ]; do
  pids=$(left)
  [ -z "$pids" ] && break
  if [ $round -eq 0 ]; then
    kill -s TERM $pids 2>/dev/null
    kill -s CONT $pids 2>/dev/null
  elif [ $round -ge 10 ]; then
    kill -s KILL $pids 2>/dev/null
  fi
  sleep 0.1 2>/dev/null || sleep 1
  round=$((round + 1))
done
[ -z "$pids" ] && rm -f "$ledger"
