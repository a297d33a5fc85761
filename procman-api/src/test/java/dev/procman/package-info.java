/// What can be said of the values and pure policies alone, without an engine.
package dev.procman;
