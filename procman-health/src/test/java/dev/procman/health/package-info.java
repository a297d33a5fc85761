/// Tests of the health checks, with real processes and real sockets.
package dev.procman.health;
