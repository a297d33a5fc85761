/// Behaviour of the whole engine with real processes: what other tools got wrong, each as a test.
package dev.procman.core.scenario;
