package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import dev.procman.health.HealthChecks;
import dev.procman.junit.Supervised;
import dev.procman.services.JavaProcess;
import dev.procman.services.Nginx;
import dev.procman.services.Postgres;
import dev.procman.services.Redis;
import org.junit.jupiter.api.Test;

// region shop-test
class ShopTest {
  @Supervised
  static final ProcessSpec DB =
      Postgres.named("db")
          .script("create table item(name text, price int); insert into item values ('tea', 3)")
          .spec();

  @Supervised static final ProcessSpec CACHE = Redis.named("cache").spec();

  @Supervised
  static final ProcessSpec SHOP =
      JavaProcess.of(Shop.class)
          .arguments("${port.http}", "${port.cache:redis}")
          .arguments("jdbc:postgresql://127.0.0.1:${port.db:sql}/postgres?user=postgres")
          .named("shop")
          .port("http")
          .ready(HealthChecks.tcp().port("http"))
          .dependsOn("db")
          .dependsOn("cache")
          .build();

  @Supervised
  static final ProcessSpec WEB =
      Nginx.named("web").proxying("http://127.0.0.1:${port.shop:http}").spec().toBuilder()
          .dependsOn("shop")
          .build();

  @Supervised static ManagedProcess web;

  @Test
  void aPriceIsRememberedByTheCache() throws Exception {
    var tea = Nginx.uri(web).resolve("/items/tea");
    assertThat(Http.get(tea)).isEqualTo("3, says the database");
    assertThat(Http.get(tea)).isEqualTo("3, says the cache");
  }

  @Test
  void whatTheShopDoesNotHaveItDoesNotInvent() throws Exception {
    assertThat(Http.get(Nginx.uri(web).resolve("/items/gold"))).isEqualTo("we have no gold");
  }
}
// endregion
