/// The extension, run by the platform's testkit. Classes that are run so are nested in tests, where
/// the build does not look for tests.
package dev.procman.junit;
