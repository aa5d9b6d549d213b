import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Configuration;

/** What Spring AI's starter makes of nothing but an address. */
final class SpringAi {
    private static final Map<String, ChatModel> MODELS = new ConcurrentHashMap<>();

    private SpringAi() {
    }

    /** An application without anything of its own. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
    }

    public static void main(String[] args) throws Exception {
        Jobs.doAll("SpringAi.java", args[0], Map.of("stream", SpringAi::stream, "call, as a whole", SpringAi::call));
    }

    private static ChatModel model(Jobs.Job job) {
        return MODELS.computeIfAbsent(job.address(), address -> new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).run(
                "--spring.ai.openai.base-url=" + address, "--spring.ai.openai.api-key=none", "--spring.ai.openai.chat.model=" + job.model(),
                "--spring.main.banner-mode=off", "--logging.level.root=off").getBean(ChatModel.class));
    }

    private static String stream(Jobs.Job job) {
        AtomicReference<String> end = new AtomicReference<>("cut");
        model(job).stream(prompt(job)).takeWhile(response -> take(job, response, end)).blockLast();
        return end.get();
    }

    private static boolean take(Jobs.Job job, ChatResponse response, AtomicReference<String> end) {
        for (Generation generation : response.getResults()) {
            String text = generation.getOutput().getText();
            if (text != null && !job.say(text)) {
                end.set("left");
                return false;
            }
            String reason = generation.getMetadata().getFinishReason();
            if (reason != null && !reason.isEmpty()) {
                end.set(reason.toLowerCase(Locale.ROOT));
            }
        }
        Usage usage = response.getMetadata().getUsage();
        if (usage != null && usage.getTotalTokens() > 0) {
            end.set("stop " + usage.getPromptTokens() + "+" + usage.getCompletionTokens() + "=" + usage.getTotalTokens());
        }
        return true;
    }

    private static String call(Jobs.Job job) {
        Generation generation = model(job).call(prompt(job)).getResult();
        job.say(generation.getOutput().getText());
        return generation.getMetadata().getFinishReason().toLowerCase(Locale.ROOT);
    }

    private static Prompt prompt(Jobs.Job job) {
        List<Message> messages = new ArrayList<>();
        for (JsonNode message : job.messages()) {
            String content = message.get("content").asText();
            messages.add(message.get("role").asText().equals("user") ? new UserMessage(content) : new AssistantMessage(content));
        }
        return new Prompt(messages);
    }
}
