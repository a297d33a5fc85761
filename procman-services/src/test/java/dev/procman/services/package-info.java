/// Each service as it is on the machine, by its own client or protocol.
package dev.procman.services;
