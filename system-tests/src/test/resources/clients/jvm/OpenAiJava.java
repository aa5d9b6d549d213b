import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseRetrieveParams;
import com.openai.models.responses.ResponseStreamEvent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** OpenAI's own client for Java. */
final class OpenAiJava {
    private OpenAiJava() {
    }

    public static void main(String[] args) throws Exception {
        Jobs.doAll("OpenAiJava.java", args[0], Map.of("chat", OpenAiJava::chat, "chat as a whole", OpenAiJava::chatAsAWhole, "completions", OpenAiJava::completions,
                "responses", OpenAiJava::responses, "responses, resumed", OpenAiJava::resumed));
    }

    private static OpenAIClient client(Jobs.Job job) {
        return OpenAIOkHttpClient.builder().baseUrl(job.address()).apiKey("none").build();
    }

    private static String chat(Jobs.Job job) {
        String end = "cut";
        try (StreamResponse<ChatCompletionChunk> response = client(job).chat().completions().createStreaming(chatParams(job))) {
            for (Iterator<ChatCompletionChunk> chunks = response.stream().iterator(); chunks.hasNext();) {
                ChatCompletionChunk.Choice choice = chunks.next().choices().getFirst();
                if (!job.say(choice.delta().content().orElse(""))) {
                    return "left";
                }
                end = choice.finishReason().map(Object::toString).orElse(end);
            }
        }
        return end;
    }

    private static String chatAsAWhole(Jobs.Job job) {
        ChatCompletion.Choice choice = client(job).chat().completions().create(chatParams(job)).choices().getFirst();
        job.say(choice.message().content().orElseThrow());
        return choice.finishReason().toString();
    }

    private static ChatCompletionCreateParams chatParams(Jobs.Job job) {
        ChatCompletionCreateParams.Builder params = ChatCompletionCreateParams.builder().model(job.model());
        for (JsonNode message : job.messages()) {
            if (message.get("role").asText().equals("user")) {
                params.addUserMessage(message.get("content").asText());
            } else {
                params.addAssistantMessage(message.get("content").asText());
            }
        }
        return params.build();
    }

    private static String completions(Jobs.Job job) {
        String end = "cut";
        CompletionCreateParams params = CompletionCreateParams.builder().model(job.model()).prompt(job.prompt()).build();
        try (StreamResponse<Completion> response = client(job).completions().createStreaming(params)) {
            for (Iterator<Completion> chunks = response.stream().iterator(); chunks.hasNext();) {
                var choice = chunks.next().choices().getFirst();
                if (!job.say(choice.text())) {
                    return "left";
                }
                end = choice._finishReason().isNull() ? end : choice.finishReason().toString();
            }
        }
        return end;
    }

    private static String responses(Jobs.Job job) {
        String end = "cut";
        try (StreamResponse<ResponseStreamEvent> response = client(job).responses().createStreaming(responseParams(job).build())) {
            for (Iterator<ResponseStreamEvent> events = response.stream().iterator(); events.hasNext();) {
                ResponseStreamEvent event = events.next();
                if (event.isOutputTextDelta() && !job.say(event.asOutputTextDelta().delta())) {
                    return "left";
                }
                if (event.isCompleted()) {
                    end = event.asCompleted().response().usage().map(usage -> "stop " + usage.inputTokens() + "+" + usage.outputTokens() + "=" + usage.totalTokens()).orElse("stop");
                } else if (event.isFailed()) {
                    end = "failed: " + event.asFailed().response().error().orElseThrow().message();
                }
            }
        }
        return end;
    }

    private static ResponseCreateParams.Builder responseParams(Jobs.Job job) {
        List<ResponseInputItem> items = new ArrayList<>();
        for (JsonNode message : job.messages()) {
            items.add(ResponseInputItem.ofEasyInputMessage(EasyInputMessage.builder().role(EasyInputMessage.Role.of(message.get("role").asText()))
                    .content(message.get("content").asText()).build()));
        }
        return ResponseCreateParams.builder().model(job.model()).inputOfResponse(items);
    }

    /** Asked once and read to its end, whatever happens to the connection. */
    private static String resumed(Jobs.Job job) throws InterruptedException {
        String id = null;
        long last = -1;
        while (true) {
            try (StreamResponse<ResponseStreamEvent> response = id == null ? client(job).responses().createStreaming(responseParams(job).background(true).build())
                    : client(job).responses().retrieveStreaming(ResponseRetrieveParams.builder().responseId(id).startingAfter(last).build())) {
                for (Iterator<ResponseStreamEvent> events = response.stream().iterator(); events.hasNext();) {
                    ResponseStreamEvent event = events.next();
                    if (event.isCreated()) {
                        id = event.asCreated().response().id();
                        last = event.asCreated().sequenceNumber();
                    } else if (event.isOutputTextDelta()) {
                        job.say(event.asOutputTextDelta().delta());
                        last = event.asOutputTextDelta().sequenceNumber();
                    } else if (event.isCompleted()) {
                        return text(event.asCompleted().response());
                    } else if (event.isFailed()) {
                        return "failed: " + event.asFailed().response().error().orElseThrow().message();
                    }
                }
            } catch (RuntimeException e) {
                if (id == null) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    private static String text(Response response) {
        return response.output().getFirst().asMessage().content().getFirst().asOutputText().text();
    }
}
