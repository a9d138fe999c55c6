import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.svix.kotlin.Svix;
import com.svix.kotlin.SvixHttpClient;
import com.svix.kotlin.SvixOptions;
import com.svix.kotlin.Webhook;
import com.svix.kotlin.exceptions.ApiException;
import java.net.http.HttpHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kotlin.Unit;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KClass;
import kotlin.reflect.KFunction;
import kotlin.reflect.KParameter;
import kotlin.reflect.KProperty1;
import kotlin.reflect.KType;
import kotlin.reflect.full.KCallables;
import kotlin.reflect.full.KClasses;
import kotlinx.coroutines.BuildersKt;
import kotlinx.serialization.SerializersKt;
import kotlinx.serialization.json.Json;
import kotlinx.serialization.json.JsonKt;

/** com.svix.kotlin:svix-kotlin, by Kotlin's own reflection. */
public final class KotlinSdk implements Program.Sdk {
  private static final Json json = JsonKt.Json(Json.Default, builder -> {
    builder.setIgnoreUnknownKeys(true);
    return Unit.INSTANCE;
  });

  @Override
  public void verify(String secret, String body, Map<String, List<String>> headers) throws Exception {
    new Webhook(secret).verify(body, HttpHeaders.of(headers, (name, value) -> true));
  }

  @Override
  public Map<String, Program.Call> operations(String url, String token) {
    Map<String, Program.Call> found = new TreeMap<>();
    collect("", new Svix(token, new SvixOptions(url, List.of())), found);
    return found;
  }

  /** The operations of an object, which are its suspending functions, and of what its properties lead to. */
  private static void collect(String prefix, Object holder, Map<String, Program.Call> found) {
    KClass<?> type = JvmClassMappingKt.getKotlinClass(holder.getClass());
    for (KFunction<?> function : KClasses.getDeclaredMemberFunctions(type))
      if (function.isSuspend()) found.put(prefix + function.getName(), planned -> call(holder, function, planned));
    for (KProperty1<?, ?> property : KClasses.getDeclaredMemberProperties(type)) {
      KClass<?> led = (KClass<?>) property.getReturnType().getClassifier();
      boolean leads = led.getQualifiedName().startsWith("com.svix.kotlin.") && !led.equals(JvmClassMappingKt.getKotlinClass(SvixHttpClient.class));
      if (leads) collect(prefix + property.getName() + ".", property.call(holder), found);
    }
  }

  private static void call(Object holder, KFunction<?> function, JsonNode planned) throws Exception {
    Map<KParameter, Object> arguments = new HashMap<>();
    int place = 0;
    for (KParameter parameter : function.getParameters()) {
      KClass<?> type = (KClass<?>) parameter.getType().getClassifier();
      if (parameter.getKind() == KParameter.Kind.INSTANCE) arguments.put(parameter, holder);
      else if (type.equals(JvmClassMappingKt.getKotlinClass(String.class))) arguments.put(parameter, planned.get("path").get(place++).asText());
      else if (type.getSimpleName().endsWith("Options")) arguments.put(parameter, options(type, orEmpty(planned.get("options"))));
      else arguments.put(parameter, read(parameter.getType(), withTexts(type, orEmpty(planned.get("body")))));
    }
    try {
      BuildersKt.runBlocking(
          EmptyCoroutineContext.INSTANCE, (scope, continuation) -> KCallables.callSuspendBy(function, arguments, continuation));
    } catch (Exception failed) {
      if (failed instanceof ApiException refused) throw new Exception(refused.getStatusCode() + " " + refused.getBody(), refused);
      throw failed;
    }
  }

  private static Object options(KClass<?> type, JsonNode planned) {
    Map<KParameter, Object> members = new HashMap<>();
    KFunction<?> constructor = KClasses.getPrimaryConstructor(type);
    for (KParameter parameter : constructor.getParameters())
      if (planned.has(parameter.getName())) members.put(parameter, read(parameter.getType(), planned.get(parameter.getName())));
    return constructor.callBy(members);
  }

  /** Users of this SDK give a payload as the text of its JSON. */
  private static JsonNode withTexts(KClass<?> model, JsonNode body) {
    ObjectNode texts = body.deepCopy();
    for (KProperty1<?, ?> member : KClasses.getDeclaredMemberProperties(model)) {
      JsonNode value = body.get(member.getName());
      boolean isText = JvmClassMappingKt.getKotlinClass(String.class).equals(member.getReturnType().getClassifier());
      if (isText && value != null && value.isObject()) texts.put(member.getName(), value.toString());
    }
    return texts;
  }

  private static Object read(KType type, JsonNode value) {
    return json.decodeFromString(SerializersKt.serializer(type), value.toString());
  }

  private static JsonNode orEmpty(JsonNode node) {
    return node == null ? JsonNodeFactory.instance.objectNode() : node;
  }
}
