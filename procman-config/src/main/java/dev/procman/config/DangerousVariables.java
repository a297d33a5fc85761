package dev.procman.config;

import java.util.regex.Pattern;

/// Variables with which a program that does nothing but what it shall does something else. A list
/// of what is bad is never whole: who runs configurations of strangers names what is good, by
/// `allowPrograms` and `inherit_environment`.
///
/// From: the lists that ld.so(8) drops for privileged programs and that sudo drops always
/// (`initial_badenv_table`), and the manuals of the interpreters, runtimes and tools named below.
final class DangerousVariables {
  /// What is loaded or run besides, by almost any program of its kind.
  private static final Pattern ALWAYS =
      anyOf(
          // Dynamic linkers, the C library, and what it loads.
          "LD_.*|_RLD.*|DYLD_.*|LDR_.*|SHLIB_PATH|LIBPATH|GCONV_PATH|GETCONF_DIR|GLIBC_TUNABLES",
          "LOCPATH|NLSPATH|PATH_LOCALE|MALLOC_TRACE|HOSTALIASES|LOCALDOMAIN|NIS_PATH",
          "RESOLV_HOST_CONF|RES_OPTIONS|WINEDLLPATH",
          // Shells.
          "BASH_ENV|BASHOPTS|SHELLOPTS|BASH_FUNC_.*|BASH_LOADABLES_PATH|PS4|PROMPT_COMMAND|IFS",
          "ZDOTDIR|FPATH|NULLCMD|READNULLCMD|GLOBIGNORE",
          // Java.
          "JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|IBM_JAVA_OPTIONS|OPENJ9_JAVA_OPTIONS",
          "CLASSPATH",
          // Python.
          "PYTHON(PATH|HOME|STARTUP|INSPECT|BREAKPOINT|USERBASE|PLATLIBDIR|PYCACHEPREFIX)",
          "PYTHON(EXECUTABLE|WARNINGS)",
          // Perl.
          "PERL5?(LIB|OPT|DB|SHELL)|PERLIO|PERLIO_DEBUG",
          // Ruby.
          "RUBY(LIB|OPT|PATH|SHELL)|GEM_(HOME|PATH)|BUNDLE_GEMFILE|RUBYGEMS_GEMDEPS",
          // Node, Bun, Electron.
          "NODE_(OPTIONS|PATH|REPL_EXTERNAL_MODULE)|BUN_OPTIONS|ELECTRON_RUN_AS_NODE",
          // PHP, Lua, Tcl, Guile, Julia, R.
          "PHPRC|PHP_INI_SCAN_DIR|LUA_(INIT|PATH|CPATH).*|TCLLIBPATH|TCL_LIBRARY",
          "GUILE_LOAD(_COMPILED)?_PATH|JULIA_(LOAD_PATH|DEPOT_PATH|PROJECT)",
          "R_(PROFILE|ENVIRON|LIBS)(_USER|_SITE)?",
          // Erlang, .NET, Mono.
          "ERL_(A|Z)?FLAGS|ERL_LIBS|ERL_INETRC|ELIXIR_ERL_OPTIONS",
          "DOTNET_(STARTUP_HOOKS|ADDITIONAL_DEPS|SHARED_STORE)|(CORECLR|COR)_(ENABLE_)?PROFIL.*",
          "ASPNETCORE_HOSTINGSTARTUPASSEMBLIES|MONO_(PATH|ENV_OPTIONS)",
          // Git and other version control.
          "GIT_(SSH|SSH_COMMAND|EXEC_PATH|ASKPASS|CONFIG|CONFIG_.*|EDITOR|SEQUENCE_EDITOR|PAGER)",
          "GIT_(EXTERNAL_DIFF|PROXY_COMMAND|TEMPLATE_DIR|SHELL_PATH)",
          "SSH_ASKPASS|SUDO_ASKPASS|SVN_SSH|CVS_RSH|RSYNC_RSH|RSYNC_CONNECT_PROG|HGRCPATH",
          // Libraries that load modules.
          "OPENSSL_(CONF|CONF_INCLUDE|MODULES|ENGINES)|SASL_PATH|PKCS11_MODULE_PATH",
          "GTK_(MODULES|PATH|EXE_PREFIX)|GTK3_MODULES|GIO_(MODULE_DIR|EXTRA_MODULES)",
          "GST_PLUGIN_(SYSTEM_)?PATH.*|GDK_PIXBUF_MODULE.*|GI_TYPELIB_PATH",
          "QT_(PLUGIN_PATH|QPA_PLATFORM_PLUGIN_PATH)|QML2?_IMPORT_PATH|LIBGL_DRIVERS_PATH",
          "VK_(LAYER_PATH|ADD_LAYER_PATH|ICD_FILENAMES|DRIVER_FILES)|OCL_ICD_.*|ALSA_CONFIG_PATH",
          "LIBMYSQL_PLUGIN.*",
          // Tools that run others.
          "LESSOPEN|LESSCLOSE|TAR_OPTIONS|MAKEFILES|MAKEFLAGS|GNUMAKEFLAGS|MFLAGS");

  /// What says where programs, their modules and their settings are looked for, what else is run
  /// for a person, whom a program trusts, and which files are written besides.
  private static final Pattern STRICT =
      anyOf(
          "PATH|HOME|ENV|SHELL|CDPATH|TMPDIR|TMP|TEMP|TMPPREFIX|PATHEXT|COMSPEC|XDG_.*|INPUTRC",
          "EDITOR|VISUAL|.*PAGER|BROWSER|FCEDIT|.*_EDITOR|.*_ASKPASS",
          "TERMINFO|TERMINFO_DIRS|TERMPATH|TERMCAP|TZDIR",
          "JAVA_HOME|JDK_HOME|JRE_HOME|(.*_)?JAVA_OPT(ION)?S|(MAVEN|GRADLE|ANT|SBT|CATALINA)_.*",
          "M2_HOME|PIP_.*|UV_.*|CONDA_.*|VIRTUAL_ENV|NPM_CONFIG_.*|YARN_.*|PNPM_.*|DENO_.*",
          "NODE_(EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED)|COMPOSER_.*|BUNDLE_.*|DOTNET_.*",
          "GO(ROOT|PATH|ENV|FLAGS|PROXY|TOOLCHAIN)|CGO_.*|RUSTC.*|RUSTFLAGS|CARGO_.*",
          "GIT_.*|SSL_CERT_(FILE|DIR)|(CURL|REQUESTS)_CA_BUNDLE|SSLKEYLOGFILE|GNUTLS_.*|KRB5.*",
          "CURL_HOME|WGETRC|NETRC|GNUPGHOME|KUBECONFIG|DOCKER_CONFIG|AWS_(CONFIG|SHARED_CRED).*",
          "ANSIBLE_.*|TF_CLI_.*|HELM_.*|PG(SERVICEFILE|SYSCONFDIR)|PSQLRC|MYSQL_HOME|ODBC.*",
          "TNS_ADMIN|ORACLE_HOME|VIMINIT|EXINIT|MYVIMRC|VIMRUNTIME|EMACSLOADPATH",
          "(A|L|T|M|UB)SAN_OPTIONS|GCOV_PREFIX|LLVM_PROFILE_FILE|MALLOC_CONF|OMPI_MCA_.*|OPAL_.*",
          "(ALL|HTTPS?|FTP)_PROXY");

  private DangerousVariables() {}

  private static Pattern anyOf(String... names) {
    return Pattern.compile(String.join("|", names), Pattern.CASE_INSENSITIVE);
  }

  /// Whether a variable of that name is one, in a policy for strangers or in another.
  static boolean contains(String name, boolean strict) {
    return ALWAYS.matcher(name).matches() || (strict && STRICT.matcher(name).matches());
  }
}
