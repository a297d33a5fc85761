package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.linux.SocketDiag.Connection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is read out of the kernel's answers about sockets.
class SocketDiagTest {
  private static final int ERROR = 2;
  private static final int DONE = 3;
  private static final int SOCKET = 20;

  private final ByteBuffer answer = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
  private final ArrayList<Connection> connections = new ArrayList<>();

  private void message(int length, int type) {
    answer.putInt(length).putShort((short) type).putShort((short) 0).putInt(1).putInt(0);
  }

  /// A socket with an attribute that is not asked for and, behind it, `tcp_info` of a size.
  private void socket(long cookie, int inode, int infoSize) {
    int attributes = 8 + 4 + infoSize;
    message(16 + 72 + attributes, SOCKET);
    int at = answer.position();
    answer.put(at + 1, (byte) 1).putLong(at + 44, cookie).putInt(at + 68, inode);
    answer.putShort(at + 72, (short) 5).putShort(at + 74, (short) 8);
    answer.putShort(at + 80, (short) (4 + infoSize)).putShort(at + 82, (short) 2);
    if (infoSize >= 136) {
      answer.putLong(at + 84 + 120, 1111).putLong(at + 84 + 128, 2222);
    }
    answer.position(at + 72 + attributes);
  }

  @Test
  void severalSocketsAndTheEnd() {
    socket(7, 70, 136);
    socket(8, -1, 280);
    message(20, DONE);
    answer.putInt(0);
    assertThat(SocketDiag.read(answer.flip(), connections)).hasValue(0);
    assertThat(connections)
        .containsExactly(
            new Connection(7, 70, 1, 2222, 1111), new Connection(8, 0xFFFF_FFFFL, 1, 2222, 1111));
  }

  @Test
  void withoutAnEndMoreWillCome() {
    socket(7, 70, 136);
    assertThat(SocketDiag.read(answer.flip(), connections)).isEmpty();
    assertThat(connections).hasSize(1);
  }

  @Test
  void aKernelThatCountsNoBytesTellsNone() {
    socket(7, 70, 104);
    assertThat(SocketDiag.read(answer.flip(), connections)).isEmpty();
    assertThat(connections).containsExactly(new Connection(7, 70, 1, 0, 0));
  }

  @Test
  void anErrorIsTheAnswer() {
    message(20, ERROR);
    answer.putInt(-13);
    assertThat(SocketDiag.read(answer.flip(), connections)).hasValue(13);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -4, 15, 4096, Integer.MAX_VALUE - 8})
  void aLengthThatLeadsNowhereEndsTheReading(int length) {
    socket(6, 60, 136);
    message(length, SOCKET);
    socket(7, 70, 136);
    assertThat(SocketDiag.read(answer.flip(), connections)).isEmpty();
    assertThat(connections).extracting(Connection::cookie).containsExactly(6L);
  }
}
