/// Tests of measuring, keeping, judging and limiting what processes use.
@org.jspecify.annotations.NullMarked
package dev.procman.core.resource;
