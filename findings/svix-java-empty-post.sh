#!/usr/bin/env bash
# svix 1.99.1 for Java: operations that send a POST without a body never send anything. OkHttp refuses the request that the SDK
# builds, so rotating an integration's key, resending an attempt or exporting an environment fail before the network, while an
# operation of the same client with a body works. Kotlin's svix-kotlin 1.98.0 builds them the same way.
# Needs a JDK and Maven.
source "$(dirname "$0")/common.sh"
cat >pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.svix</groupId><artifactId>svix</artifactId><version>1.99.1</version></dependency>
  </dependencies>
</project>
X
mvn -q dependency:copy-dependencies -DoutputDirectory=libs >/dev/null
cat >Finding.java <<'J'
import com.svix.Svix;
import com.svix.SvixOptions;
import com.svix.models.ApplicationIn;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

public class Finding {
  interface Call { Object run() throws Exception; }

  static final AtomicInteger arrived = new AtomicInteger();

  public static void main(String[] arguments) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", exchange -> {
      arrived.incrementAndGet();
      byte[] answer = "{\"id\":\"app_1\",\"name\":\"A\",\"metadata\":{},\"createdAt\":\"2026-01-01T00:00:00Z\",\"updatedAt\":\"2026-01-01T00:00:00Z\"}".getBytes();
      exchange.getResponseHeaders().add("content-type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    server.start();
    SvixOptions options = new SvixOptions();
    options.setServerUrl("http://127.0.0.1:" + server.getAddress().getPort());
    Svix svix = new Svix("token", options);
    tell("application.create", () -> svix.getApplication().create(new ApplicationIn().name("A")).getId());
    tell("integration.rotateKey", () -> svix.getIntegration().rotateKey("app_1", "integ_1"));
    tell("messageAttempt.resend", () -> { svix.getMessageAttempt().resend("app_1", "msg_1", "ep_1"); return "done"; });
    System.out.println("requests that arrived: " + arrived.get());
    System.exit(0);
  }

  static void tell(String name, Call call) {
    try {
      System.out.println(name + ": " + call.run());
    } catch (Throwable error) {
      System.out.println(name + ": " + error.getClass().getSimpleName() + ": " + error.getMessage());
    }
  }
}
J
javac -cp 'libs/*' Finding.java 2>errors.txt || { cat errors.txt; exit 1; }
expect_of 'application.create: app_1
integration.rotateKey: IllegalArgumentException: method POST must have a request body.
messageAttempt.resend: IllegalArgumentException: method POST must have a request body.
requests that arrived: 1' java -cp 'libs/*:.' Finding
