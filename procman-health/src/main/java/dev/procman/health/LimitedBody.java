package dev.procman.health;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Takes the beginning of a body as UTF-8 text and cuts off the rest, so that an endless or huge
/// one costs neither memory nor time.
final class LimitedBody implements BodySubscriber<LimitedBody.Text> {
  private static final int LIMIT = 64 * 1024;

  private final CompletableFuture<Text> body = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private Flow.@Nullable Subscription subscription;

  /// A body.
  ///
  /// @param text what was read
  /// @param cut whether there was more
  record Text(String text, boolean cut) {}

  static BodyHandler<Text> handler() {
    return _ -> new LimitedBody();
  }

  @Override
  public CompletionStage<Text> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> parts) {
    for (var part : parts) {
      if (body.isDone()) {
        return;
      }
      var chunk = new byte[Math.min(part.remaining(), LIMIT - bytes.size())];
      boolean cut = chunk.length < part.remaining();
      part.get(chunk);
      bytes.writeBytes(chunk);
      if (cut) {
        complete(true);
        if (subscription != null) {
          subscription.cancel();
        }
      }
    }
  }

  private void complete(boolean cut) {
    body.complete(new Text(bytes.toString(StandardCharsets.UTF_8), cut));
  }

  @Override
  public void onError(Throwable failed) {
    body.completeExceptionally(failed);
  }

  @Override
  public void onComplete() {
    complete(false);
  }
}
