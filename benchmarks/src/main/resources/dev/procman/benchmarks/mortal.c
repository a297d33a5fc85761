/* Waits for the end of its input, writes down the moment, and ends: what comes after that moment is the kernel's and
 * whoever waits for the end. Argument: a file of eight bytes, for nanoseconds of CLOCK_MONOTONIC. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  char byte;
  struct timespec now;
  int file = argc > 1 ? open(argv[1], O_RDWR) : -1;
  volatile int64_t *moment = mmap(NULL, sizeof *moment, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (file < 0 || moment == MAP_FAILED) {
    perror("mortal");
    return 1;
  }
  *moment = 0;
  while (read(0, &byte, 1) > 0) {}
  clock_gettime(CLOCK_MONOTONIC, &now);
  *moment = now.tv_sec * 1000000000LL + now.tv_nsec;
  _exit(0);
}
