/// Specifications of services found on the machine. Each class collects what is particular to one
/// service and makes a plain [dev.procman.ProcessSpec] of it, which can be changed further.
@org.jspecify.annotations.NullMarked
package dev.procman.services;
