/// What processes use: measured, kept, judged, limited and allotted.
@org.jspecify.annotations.NullMarked
package dev.procman.core.resource;
