package dev.procman;

/// A specification asks for something that the launcher in use cannot do.
public final class UnsupportedByLauncherException extends ProcmanException {
  private static final long serialVersionUID = 1L;

  /// With what was asked, the launcher's name and the remedy.
  public UnsupportedByLauncherException(String feature, String launcher, String remedy) {
    super("launcher '" + launcher + "' cannot do: " + feature + "; " + remedy, null);
  }
}
