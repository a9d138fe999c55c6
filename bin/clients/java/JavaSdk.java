import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.svix.MaybeUnset;
import com.svix.Svix;
import com.svix.SvixHttpClient;
import com.svix.SvixOptions;
import com.svix.Utils;
import com.svix.Webhook;
import com.svix.exceptions.ApiException;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;

/** com.svix:svix, by reflection. */
public final class JavaSdk implements Program.Sdk {
  private static final String apis = "com.svix.api.";
  private static final ObjectMapper json =
      Utils.getObjectMapper()
          .copy()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .registerModule(new SimpleModule().addDeserializer(String.class, new Text()).addDeserializer(MaybeUnset.class, new Member(null)));

  @Override
  public void verify(String secret, String body, Map<String, List<String>> headers) throws Exception {
    new Webhook(secret).verify(body, headers);
  }

  @Override
  public Map<String, Program.Call> operations(String url, String token) throws Exception {
    SvixOptions options = new SvixOptions();
    options.setServerUrl(url);
    Svix svix = new Svix(token, options);
    Map<String, Program.Call> found = new TreeMap<>();
    Set<Class<?>> reached = new HashSet<>();
    collect("", svix, found, reached);
    // Some classes are in the package and hang on nothing: their users make them.
    for (Class<?> api : classes())
      if (!reached.contains(api))
        collect(lower(api.getSimpleName()) + ".", api.getConstructor(SvixHttpClient.class).newInstance(svix.getHttpClient()), found, reached);
    return found;
  }

  /** The operations of an object, and of what its getters lead to. */
  private static void collect(String prefix, Object holder, Map<String, Program.Call> found, Set<Class<?>> reached) throws Exception {
    reached.add(holder.getClass());
    for (Method method : holder.getClass().getDeclaredMethods()) {
      if (!Modifier.isPublic(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) continue;
      String name = method.getName();
      boolean leads = method.getParameterCount() == 0 && method.getReturnType().getName().startsWith(apis);
      if (leads) collect(prefix + lower(name.substring("get".length())) + ".", method.invoke(holder), found, reached);
      else if (Arrays.asList(method.getExceptionTypes()).contains(ApiException.class))
        found.merge(prefix + name.replace("_", ""), planned -> call(holder, name, planned), (one, same) -> one);
    }
  }

  /** By the method's longest form, which has the options. */
  private static void call(Object holder, String name, JsonNode planned) throws Exception {
    Method longest = null;
    for (Method method : holder.getClass().getDeclaredMethods())
      if (method.getName().equals(name) && (longest == null || method.getParameterCount() > longest.getParameterCount())) longest = method;
    List<Object> arguments = new ArrayList<>();
    for (Class<?> type : longest.getParameterTypes()) {
      if (type == String.class) arguments.add(planned.get("path").get(arguments.size()).asText());
      else arguments.add(json.treeToValue(orEmpty(planned.get(type.getSimpleName().endsWith("Options") ? "options" : "body")), type));
    }
    try {
      longest.invoke(holder, arguments.toArray());
    } catch (InvocationTargetException failed) {
      if (failed.getCause() instanceof ApiException refused) throw new Exception(refused.getCode() + " " + refused.getResponseBody(), refused);
      throw failed;
    }
  }

  private static JsonNode orEmpty(JsonNode node) {
    return node == null ? json.createObjectNode() : node;
  }

  private static List<Class<?>> classes() throws Exception {
    List<Class<?>> found = new ArrayList<>();
    File jar = new File(Svix.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    for (var entry : java.util.Collections.list(new JarFile(jar).entries())) {
      String name = entry.getName().replace('/', '.');
      if (!name.startsWith(apis) || !name.endsWith(".class") || name.contains("$") || name.endsWith("Options.class")) continue;
      found.add(Class.forName(name.substring(0, name.length() - ".class".length())));
    }
    return found;
  }

  private static String lower(String name) {
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  /** A payload, which users of this SDK give as the text of its JSON. */
  private static final class Text extends JsonDeserializer<String> {
    @Override
    public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      JsonNode node = parser.readValueAsTree();
      return node.isTextual() ? node.textValue() : node.toString();
    }
  }

  /** A member of a PATCH, which can be left away, null or set. */
  private static final class Member extends JsonDeserializer<MaybeUnset<?>> implements ContextualDeserializer {
    private final JavaType content;

    Member(JavaType content) {
      this.content = content;
    }

    @Override
    public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty property) {
      return new Member(property.getType().containedType(0));
    }

    @Override
    public MaybeUnset<?> deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      return new MaybeUnset<>((Object) context.readValue(parser, content));
    }
  }
}
