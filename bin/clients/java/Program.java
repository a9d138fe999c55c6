import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls every operation of an SDK as plan.json says, or verifies the deliveries of cases.json with it. */
public final class Program {
  /** An operation, ready to be called. Returns once the answer has been read by the SDK's own model. */
  interface Call {
    void make(JsonNode planned) throws Exception;
  }

  interface Sdk {
    /** Every operation that the SDK has, by its name. */
    Map<String, Call> operations(String url, String token) throws Exception;

    /** Throws unless the delivery is good. */
    void verify(String secret, String body, Map<String, List<String>> headers) throws Exception;
  }

  private static final ObjectMapper json = new ObjectMapper();

  public static void main(String[] parameters) throws Exception {
    Sdk sdk = (Sdk) Class.forName(parameters[0]).getDeclaredConstructor().newInstance();
    JsonNode file = json.readTree(new File(parameters[2]));
    if (parameters[1].equals("call")) callAll(sdk, file);
    else for (JsonNode one : file) say("case", one.get("name").asText(), () -> verify(sdk, one));
    // OkHttp's threads would keep the program waiting.
    System.exit(0);
  }

  private static void callAll(Sdk sdk, JsonNode plan) throws Exception {
    String url = System.getenv("WEBSTER_URL");
    for (var one : sdk.operations(url, System.getenv("WEBSTER_TOKEN")).entrySet()) {
      String name = one.getKey();
      JsonNode planned = plan.get(name);
      say("operation", name, () -> {
        if (planned == null) throw new Exception("not in the plan");
        if (planned.has("token")) sdk.operations(url, planned.get("token").asText()).get(name).make(planned);
        else one.getValue().make(planned);
      });
    }
  }

  private static void verify(Sdk sdk, JsonNode one) throws Exception {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    one.get("headers").properties().forEach(header -> headers.put(header.getKey(), List.of(header.getValue().asText())));
    byte[] body = Base64.getDecoder().decode(one.get("body").asText());
    sdk.verify(one.get("secret").asText(), new String(body, "UTF-8"), headers);
  }

  interface Task {
    void run() throws Exception;
  }

  private static void say(String of, String name, Task task) throws Exception {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put(of, name);
    try {
      task.run();
      line.put("ok", true);
    } catch (Throwable error) {
      Throwable cause = error instanceof InvocationTargetException ? error.getCause() : error;
      line.put("ok", false);
      line.put("error", cause.toString());
    }
    System.out.println(json.writeValueAsString(line));
  }
}
