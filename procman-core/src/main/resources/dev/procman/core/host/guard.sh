# Ends the children of a JVM that died without ending them. Standard input is a pipe from that JVM: "bye" on it means
# that nothing is left, its end without that means that the JVM is dead or has given up. POSIX sh, and /proc of Linux.
# $1: mark of the manager. $2: its ledger, lines "+ pid start-ticks mark" and "g mark directory-of-a-control-group".
#
# Nothing depends on the environment of the host. grep, sleep and rm are taken from fixed places, and all but the speed
# of a look is done without them where they are missing. A look costs each process of the machine the same, however
# many there are: bytes are read by grep, since the shell reads them one at a time, and sets are shell variables, one
# for each member.
trap '' HUP INT TERM QUIT PIPE TSTP TTIN TTOU
PATH=/usr/bin:/bin
mark=$1
ledger=$2
grace=80    # hundredths of a second from TERM to KILL
limit=3000  # and from TERM until it gives up what outlives KILL
rounds=5    # which it sends so often at least, whatever the time
newline='
'
blanks=" 	$newline"

look=0

# By its descriptor the program of the JVM is known when that is dead. It may be dead already, and without "command" the
# shell ends when exec fails.
{ command exec 3<"/proc/$PPID/exe"; } 2>/dev/null && jvm=/proc/$$/fd/3 || jvm=

quick=
case $(grep -slz "^PROCMAN_GUARD=$mark" "/proc/$$/environ" /dev/null 2>/dev/null) in
  "/proc/$$/environ")
    case $(grep -s '' "/proc/$$/stat" /dev/null 2>/dev/null) in
      "/proc/$$/stat:$$ ("*) quick=yes ;;
    esac
    ;;
esac
nap=
for each in 0.05 1; do
  [ -z "$nap" ] && sleep "$each" 2>/dev/null && nap=$each
done
echo "ready grep=$quick sleep=$nap"
exec >/dev/null 2>&1

while read -r word rest; do
  [ "$word" = bye ] && exit 0
done

# Sets now to hundredths of a second since the boot: what a look takes depends on the machine, so looks are no measure.
clock() {
  read -r now rest </proc/uptime
  now=${now%.*}${now#*.}
}

# Sets ppid, pgrp, ticks and size from a stat file's text; fails for the dead, with 2 where it is incomplete. The size of
# one that is ending is 0 before it is dead.
fields() {
  set -- ${1##*) }
  ppid=$2 pgrp=$3 ticks=${20} size=${21}
  [ -n "$ticks" ] || return 2
  case $ppid$pgrp$ticks in
    *[!0-9]*) return 2 ;;
  esac
  # One with more threads is dead in its first one only.
  threads=${18}
  case $1 in
    Z) [ "$threads" -gt 1 ] ;;
    X) return 1 ;;
  esac
}

# Sets stat to the text of the stat file of $1. A name may hold line feeds.
read_stat() {
  stat=
  while IFS= read -r line; do
    stat="$stat $line"
  done <"/proc/$1/stat"
  [ -n "$stat" ]
}

# Notes all processes that are alive: pids, and for each the variable s<pid>.
note_all() {
  pids=
  set +f
  set -- /proc/[0-9]*/stat
  set -f
  if [ "$quick" ]; then
    # /dev/null makes it name the file, also of one.
    lines=$(grep -s '' "$@" /dev/null)
    # It was not run: the list of arguments is too long.
    [ $? -gt 2 ] && quick= && note_all && return
    IFS=$newline
    set -- $lines
    IFS=$blanks
    for line; do
      pid=${line#/proc/}
      pid=${pid%%/*}
      case $line in
        # A name of 15 bytes, which may hold line feeds, cannot pose as this.
        "/proc/$pid/stat:$pid ("*)
          note "$line"
          [ $? = 2 ] && read_stat "$pid" && note "$stat"
          ;;
      esac
    done
  else
    for file; do
      pid=${file#/proc/}
      pid=${pid%/stat}
      read_stat "$pid" && note "$stat"
    done
  fi
}

note() {
  fields "$1" || return $?
  pids="$pids $pid"
  eval "s$pid='$look $ppid $pgrp $ticks'"
  case $1 in
    *"$pid (procman/"*) held="$held $pid" ;;
    *") Z "*) headless="$headless $pid" ;;
  esac
  return 0
}

# Fails when $1 was not alive at this look.
noted() {
  eval "set -- \$s$1"
  [ "$1" = "$look" ] || return 1
  ppid=$2 pgrp=$3 ticks=$4
}

# $1 is a member if it was alive at this look; with $2, if it was started then. Pids are reused.
join() {
  noted "$1" || return
  [ -z "$2" ] || [ "$2" = "$ticks" ] && eval "m$1=$look"
}

# Joins those that carry the mark. Environments are lists of strings that end in NUL; those of the dead are empty.
join_marked() {
  if [ "$quick" ]; then
    set +f
    set -- /proc/[0-9]*/environ
    set -f
    lines=$(grep -slz "^PROCMAN_TREE=$mark/" "$@" /dev/null)
    [ $? -gt 2 ] && quick= && join_marked && return
    for file in $lines; do
      file=${file#/proc/}
      join "${file%/environ}"
    done
  else
    for pid in $pids; do
      is_marked "/proc/$pid/environ" && join "$pid"
    done
  fi
  # The environment is that of the threads that are left.
  for pid in $headless; do
    set +f
    set -- "/proc/$pid/task"/*/environ
    set -f
    for file; do
      is_marked "$file" && join "$pid" && break
    done
  done
}

# The shell leaves NULs out of what it reads.
is_marked() {
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      *"PROCMAN_TREE=$mark/"*) return 0 ;;
    esac
  done <"$1"
  return 1
}

# Joins those in the ledger, and in its control groups.
join_ledgered() {
  [ -r "$ledger" ] || return
  while read -r sign one; do
    case $sign in
      +)
        set -- $one
        # Torn, or not written by procman.
        [ -n "$2" ] || continue
        case $1$2 in
          *[!0-9]*) continue ;;
        esac
        eval "l$1=yes"
        if noted "$1"; then
          join "$1" "$2"
        elif kill -s 0 -- "-$1" && ! is_closed "${one#* * }"; then
          headed="$headed $1"
          eval "h$1=$look f$1="
        fi
        ;;
      g)
        one=${one#* }
        is_group "$one" || continue
        while read -r pid; do
          join "$pid"
        done <"$one/cgroup.procs"
        ;;
    esac
  done <"$ledger"
}

# Whether the tree with the mark $1 was seen to be gone.
is_closed() {
  while read -r sign one; do
    [ "$sign" = - ] && [ "$one" = "$1" ] && return
  done <"$ledger"
  return 1
}

# Whether $1 is a control group that procman made.
is_group() {
  case $1 in
    */procman-[0-9]*-[0-9]*-[0-9]*) [ -r "$1/cgroup.procs" ] ;;
    *) return 1 ;;
  esac
}

kill_groups() {
  [ -r "$ledger" ] || return
  while read -r sign one; do
    one=${one#* }
    [ "$sign" = g ] && is_group "$one" && [ -w "$one/cgroup.kill" ] && echo 1 >"$one/cgroup.kill"
  done <"$ledger"
}

# Joins $1 and what is between if a process above it is a member; each process is asked once.
join_by_parents() {
  path=
  up=$1
  while noted "$up"; do
    eval "is=\$m$up"
    case $is in
      "$look") break ;;
      "no $look") return ;;
    esac
    # A circle: ids were reused during the look.
    eval "m$up='no $look'"
    path="$path $up"
    up=$ppid
  done
  [ "$is" = "$look" ] || return
  for up in $path; do
    eval "m$up=$look"
  done
}

# Sets members to the ids of those that are to be ended, known to these with their start times, since at the next look
# the parents that led to them may be gone, and families to the process groups whose leader is in the ledger and has
# ended, while the group has not: its members may fork faster than a look is. An id is not given to another process as
# long as its group lives; a group in which somebody else is seen is not ours all the same.
find_members() {
  look=$((look + 1))
  held=
  headless=
  headed=
  note_all
  for one in $known; do
    join "${one%/*}" "${one#*/}"
  done
  join_ledgered
  join_marked
  members=
  known=
  for pid in $pids; do
    is=
    join_by_parents "$pid"
    eval "is=\$m$pid"
    noted "$pid"
    if [ "$is" != "$look" ]; then
      eval "is=\$h$pgrp"
      [ "$is" = "$look" ] && eval "f$pgrp=\"\$f$pgrp $pid/$ticks\""
      continue
    fi
    members="$members $pid"
    known="$known $pid/$ticks"
    eval "l$pid=yes"
  done
  families=
  for group in $headed; do
    eval "others=\$f$group"
    has_stranger "$others" || families="$families -$group"
  done
}

# Whether one of $1 is alive and does not carry the mark.
has_stranger() {
  for one in $1; do
    is_stranger "${one%/*}" "${one#*/}" && return
  done
  return 1
}

# Asks more than once: the environment of one that is just ending, or becoming another program, reads as empty.
is_stranger() {
  for each in 1 2 3; do
    is_marked "/proc/$1/environ" && return 1
    read_stat "$1" && fields "$stat" && [ "$ticks" = "$2" ] && [ "$size" != 0 ] || return 1
  done
}

# Sends a signal to all that was found.
send() {
  [ -n "$families" ] && kill -s "$1" -- $families
  [ -n "$members" ] && kill -s "$1" $members
}

# Kills process groups that a member leads or has led, so that what forks all the time does not get away, then members.
kill_members() {
  kill_groups
  for pid in $members; do
    noted "$pid"
    eval "ours=\$l$pgrp done=\$k$pgrp"
    if [ "$ours" ] && [ "$done" != "$look" ]; then
      eval "k$pgrp=$look is=\$m$pgrp"
      # An id that now is another's was led by it once and has no group left.
      if noted "$pgrp" && [ "$is" != "$look" ]; then
        continue
      fi
      noted "$pid"
      kill -s KILL -- "-$pgrp"
    fi
  done
  send KILL
}

# Ends what was never a program: a child that a launch held back when its JVM died (`Gate` of procman-linux). Its name,
# with a slash, is no program's, and its program is the JVM's; while that lives, it is its parent.
end_held_back() {
  [ -n "$jvm" ] || return
  for pid in $held; do
    noted "$pid"
    [ "/proc/$pid/exe" -ef "$jvm" ] && ! [ "/proc/$ppid/exe" -ef "$jvm" ] && kill -s KILL "$pid"
  done
}

# Whether any that was found is alive, at the price of the first one that is.
any_alive() {
  [ -n "$families" ] && kill -s 0 -- $families && return
  for one in $known; do
    pid=${one%/*}
    [ -e "/proc/$pid" ] && read_stat "$pid" && fields "$stat" && [ "$ticks" = "${one#*/}" ] && return
  done
  return 1
}

attack() {
  known=
  find_members
  end_held_back
  if [ -n "$members$families" ]; then
    send TERM
    send CONT
    clock
    begun=$now
    while any_alive && [ $((now - begun)) -lt $grace ]; do
      [ -n "$nap" ] && sleep "$nap"
      clock
    done
    find_members
    while [ -n "$members$families" ] && { [ $((now - begun)) -lt $limit ] || [ "$rounds" -gt 0 ]; }; do
      if [ $((now - begun)) -ge $grace ]; then
        rounds=$((rounds - 1))
        kill_members
      else
        # Born after the first look.
        send TERM
      fi
      [ -n "$nap" ] && sleep "$nap"
      find_members
      clock
    done
  fi
  [ -n "$members$families" ] || ! [ -e "$ledger" ] || : >"$ledger"
  [ -n "$members$families" ] || rm -f "$ledger" "$ledger.left"
}

# The shell ends when it cannot fork, and those that it is to end may have taken all the processes that there may be.
# Then it begins again with what needs no other process.
alone() {
  trap - EXIT
  quick=
  nap=
  attack
  exit 0
}

trap alone EXIT
attack
trap - EXIT
exit 0
