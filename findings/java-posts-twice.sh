#!/usr/bin/env bash
# OpenJDK 17's HttpURLConnection makes a POST a second time by itself if the connection ends before an answer begins, on a new
# connection too and whatever the first one has done: a receiver that stores a webhook and then fails gets it twice, and who sent it sees
# one request. A body whose length is fixed beforehand (setFixedLengthStreamingMode) goes once, as all do by java.net.http.HttpClient.
# The system property sun.net.http.retryPost=false ends it.
# Needs a JDK.
source "$(dirname "$0")/common.sh"
cat >Finding.java <<'J'
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;

public class Finding {
  interface Call { int run() throws Exception; }

  static final AtomicInteger stored = new AtomicInteger();

  public static void main(String[] arguments) throws Exception {
    ServerSocket receiver = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(() -> receive(receiver));
    thread.setDaemon(true);
    thread.start();
    URL url = new URL("http://127.0.0.1:" + receiver.getLocalPort() + "/");
    tell("HttpURLConnection", () -> post(url, false));
    tell("HttpURLConnection, fixed length", () -> post(url, true));
    HttpRequest request = HttpRequest.newBuilder(url.toURI()).version(HttpClient.Version.HTTP_1_1).POST(HttpRequest.BodyPublishers.ofString("{}")).build();
    tell("HttpClient", () -> HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
  }

  static int post(URL url, boolean isFixed) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) url.openConnection();
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    if (isFixed) connection.setFixedLengthStreamingMode(2);
    connection.getOutputStream().write("{}".getBytes());
    return connection.getResponseCode();
  }

  static void tell(String name, Call call) {
    String seen;
    try {
      seen = "status " + call.run();
    } catch (Exception error) {
      seen = "one failure";
    }
    System.out.println(name + ": " + seen + ", webhooks that were stored: " + stored.getAndSet(0));
  }

  /** Takes each POST whole, and ends the connection without an answer. */
  static void receive(ServerSocket receiver) {
    while (true) {
      try (Socket socket = receiver.accept()) {
        InputStream input = socket.getInputStream();
        StringBuilder request = new StringBuilder();
        byte[] bytes = new byte[8192];
        for (int count; request.indexOf("\r\n\r\n{}") < 0 && (count = input.read(bytes)) >= 0; ) request.append(new String(bytes, 0, count));
        if (request.indexOf("POST ") == 0) stored.incrementAndGet();
      } catch (IOException error) {
        return;
      }
    }
  }
}
J
javac Finding.java 2>errors.txt || { cat errors.txt; exit 1; }
expect_of 'HttpURLConnection: one failure, webhooks that were stored: 2
HttpURLConnection, fixed length: one failure, webhooks that were stored: 1
HttpClient: one failure, webhooks that were stored: 1' java Finding
expect_of 'HttpURLConnection: one failure, webhooks that were stored: 1
HttpURLConnection, fixed length: one failure, webhooks that were stored: 1
HttpClient: one failure, webhooks that were stored: 1' java -Dsun.net.http.retryPost=false Finding
