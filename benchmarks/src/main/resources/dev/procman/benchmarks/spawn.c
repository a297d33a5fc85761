/* The least that starting a child and waiting for its end costs: posix_spawn(3) with three pipes, a session of its own
 * and no other descriptors, as the Linux launcher does. For each line of input, THREADS threads together start COUNT
 * children; prints how many nanoseconds that took. Arguments: COUNT THREADS. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static int each;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void once(void) {
  int pipes[3][2];
  char byte;
  int status;
  pid_t pid;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t signals;
  char *argv[] = {"/bin/true", NULL};

  posix_spawn_file_actions_init(&actions);
  for (int stream = 0; stream < 3; stream++) {
    if (pipe2(pipes[stream], O_CLOEXEC) != 0) fail("pipe2");
    posix_spawn_file_actions_adddup2(&actions, pipes[stream][stream == 0 ? 0 : 1], stream);
  }
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  posix_spawnattr_init(&attributes);
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
  if (posix_spawn(&pid, argv[0], &actions, &attributes, argv, environ) != 0) fail("posix_spawn");
  close(pipes[0][0]);
  close(pipes[1][1]);
  close(pipes[2][1]);
  while (read(pipes[1][0], &byte, 1) > 0) {}
  while (read(pipes[2][0], &byte, 1) > 0) {}
  if (waitpid(pid, &status, 0) != pid || status != 0) fail("waitpid");
  close(pipes[0][1]);
  close(pipes[1][0]);
  close(pipes[2][0]);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
}

static void *many(void *unused) {
  for (int i = 0; i < each; i++) once();
  return unused;
}

int main(int argc, char **argv) {
  char line[64];
  int threads = argc > 2 ? atoi(argv[2]) : 1;
  pthread_t ids[threads];
  each = (argc > 1 ? atoi(argv[1]) : 1) / threads;
  while (fgets(line, sizeof line, stdin) != NULL) {
    struct timespec begun, over;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    if (threads == 1) {
      many(NULL);
    } else {
      for (int i = 0; i < threads; i++) pthread_create(&ids[i], NULL, many, NULL);
      for (int i = 0; i < threads; i++) pthread_join(ids[i], NULL);
    }
    clock_gettime(CLOCK_MONOTONIC, &over);
    printf("%lld\n", (over.tv_sec - begun.tv_sec) * 1000000000LL + over.tv_nsec - begun.tv_nsec);
    fflush(stdout);
  }
  return 0;
}
