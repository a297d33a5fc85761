# Ends the children of a JVM that died without ending them. Standard input is a pipe from that JVM: "bye" on it means
# that all is well, its end without that means death. POSIX sh, and /proc of Linux.
# $1: mark of the manager. $2: its ledger, lines "+ pid start-ticks mark".
trap '' HUP INT TERM QUIT PIPE
mark=$1
ledger=$2
known=
grace=80 # hundredths of a second until KILL
limit=800

jvm=$(readlink "/proc/$PPID/exe" 2>/dev/null)

read -r word
[ "$word" = bye ] && exit 0

# Whether $1 is alive and was started at $2: pids are reused.
same() {
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  set -- "$2" ${stat##*) }
  [ "$2" != Z ] && [ "$2" != X ] && [ "$1" = "${21}" ]
}

# Hundredths of a second since the boot. What a round takes depends on the machine, so rounds are no measure.
clock() {
  read -r now rest </proc/uptime
  now=${now%.*}${now#*.}
}

# Sets pids to those to be ended: of the ledger, with the mark, found before, and what descends from these.
find_left() {
  pids=
  for one in $known; do
    same "${one%/*}" "${one#*/}" 2>/dev/null && pids="$pids ${one%/*}"
  done
  if [ -r "$ledger" ]; then
    while read -r sign pid ticks rest; do
      [ "$sign" = + ] && same "$pid" "$ticks" 2>/dev/null && pids="$pids $pid"
    done <"$ledger"
  fi
  # Environments are lists of strings that end in NUL; those of the dead are empty.
  for file in $(grep -slz "^PROCMAN_TREE=$mark/" /proc/[0-9]*/environ); do
    file=${file#/proc/}
    pids="$pids ${file%/environ}"
  done
  # Looking at all processes takes a shell long, so not at each look of the grace.
  [ -n "$pids" ] && { [ "$first" = yes ] || [ $((now - begun)) -ge $grace ]; } && find_descendants
}

# Remembers all, since at the next look the parents that led to them may be gone.
find_descendants() {
  known=
  grown=yes
  while [ -n "$grown" ]; do
    grown=
    for file in /proc/[0-9]*/stat; do
      read -r stat 2>/dev/null <"$file" || continue
      pid=${stat%% *}
      set -- ${stat##*) }
      [ "$1" = Z ] || [ "$1" = X ] && continue
      case " $pids " in
        *" $pid "*) ;;
        *" $2 "*)
          pids="$pids $pid"
          grown=yes
          ;;
        *) continue ;;
      esac
      [ -z "$grown" ] && known="$known $pid/${20}"
    done
    [ -n "$grown" ] && known=
  done
}

# Ends what was never a program: a child that a launch held back when its JVM died (`Gate` of procman-linux). It has the
# name of the launching thread, and the program is the JVM's; while that lives, it is its parent.
end_held_back() {
  for file in /proc/[0-9]*/comm; do
    read -r name 2>/dev/null <"$file" || continue
    case $name in
      procman-*) ;;
      *) continue ;;
    esac
    pid=${file#/proc/}
    pid=${pid%/comm}
    [ "$(readlink "/proc/$pid/exe" 2>/dev/null)" = "$jvm" ] || continue
    read -r stat 2>/dev/null <"/proc/$pid/stat" || continue
    set -- ${stat##*) }
    [ "$(readlink "/proc/$2/exe" 2>/dev/null)" = "$jvm" ] || kill -s KILL "$pid" 2>/dev/null
  done
}

[ -n "$jvm" ] && end_held_back
first=yes
clock
begun=$now
while [ $((now - begun)) -lt $limit ]; do
  find_left
  [ -z "$pids" ] && break
  if [ "$first" = yes ]; then
    kill -s TERM $pids 2>/dev/null
    kill -s CONT $pids 2>/dev/null
  elif [ $((now - begun)) -ge $grace ]; then
    kill -s KILL $pids 2>/dev/null
  fi
  first=no
  sleep 0.1 2>/dev/null || sleep 1
  clock
done
[ -z "$pids" ] && rm -f "$ledger"
