package dev.procman.benchmarks;

import dev.procman.OutputSettings;
import dev.procman.StdStream;
import dev.procman.core.output.OutputLog;
import dev.procman.spi.ProcmanClock;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/// Bytes in memory to lines, without a process: what decoding and retaining alone cost. The bytes
/// come in pieces of the size in which a pipe is read.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DecodeBenchmark {
  private static final int SIZE = 1 << 22;
  private static final int PIECE = 1 << 16;
  private static final String PEER = "readLine over bytes";
  private static final String PROCMAN = "procman, decoder and ring";

  /// Bytes of a line.
  @Param("100")
  public int bytes;

  /// Whether all characters are ASCII.
  @Param("true")
  public boolean ascii;

  private byte[] text;
  private OutputLog log;

  static dev.procman.benchmarks.Benchmark benchmark() {
    var targets = new ArrayList<Target>();
    var entries = new ArrayList<JmhRounds.Entry>();
    for (int bytes : new int[] {20, 100, 1000}) {
      for (boolean ascii : new boolean[] {true, false}) {
        var shape = new Lines(bytes, ascii);
        var in = new Samples.Case(shape.describe(), Unit.MB_PER_SECOND);
        entries.add(entry(in, PEER, "readLine", shape));
        entries.add(entry(in, PROCMAN, "outputLog", shape));
        targets.add(Target.atLeast(300, in.name(), PROCMAN));
      }
    }
    return new JmhRounds("decode", "Bytes in memory to retained lines", targets, entries);
  }

  private static JmhRounds.Entry entry(
      Samples.Case in, String contestant, String method, Lines shape) {
    return new JmhRounds.Entry(
        in,
        contestant,
        DecodeBenchmark.class,
        method,
        Map.of("bytes", "" + shape.bytes(), "ascii", "" + shape.ascii()),
        micros -> SIZE / micros);
  }

  /// Makes the text.
  @Setup
  public void make() {
    text = new Lines(bytes, ascii).text(SIZE);
    log =
        new OutputLog(
            "benchmark",
            OutputSettings.ofDefaults(),
            ProcmanClock.system(),
            _ -> {},
            (_, _, _) -> {});
  }

  /// procman's way.
  @org.openjdk.jmh.annotations.Benchmark
  public long outputLog() {
    for (int from = 0; from < text.length; from += PIECE) {
      int count = Math.min(PIECE, text.length - from);
      log.append(StdStream.STDOUT, ByteBuffer.wrap(text, from, count));
    }
    return log.lineCount();
  }

  /// The JDK's way, which retains nothing.
  @org.openjdk.jmh.annotations.Benchmark
  public void readLine(Blackhole hole) throws IOException {
    var bytes = new ByteArrayInputStream(text);
    try (var reader = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
      for (String line; (line = reader.readLine()) != null; ) {
        hole.consume(line);
      }
    }
  }
}
