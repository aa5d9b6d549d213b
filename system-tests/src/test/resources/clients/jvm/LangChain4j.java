import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.StreamingResponseHandler;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiResponsesStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingLanguageModel;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** LangChain4j's models of OpenAI's API. */
final class LangChain4j {
    /** Of the blocking one, which gives up after a minute otherwise. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private LangChain4j() {
    }

    public static void main(String[] args) throws Exception {
        Jobs.doAll("LangChain4j.java", args[0], Map.of(
                "chat", job -> read(job, OpenAiStreamingChatModel.builder().baseUrl(job.address()).apiKey("none").modelName(job.model()).build()),
                "responses", job -> read(job, OpenAiResponsesStreamingChatModel.builder().baseUrl(job.address()).apiKey("none").modelName(job.model()).build()),
                "chat as a whole", LangChain4j::whole, "completions", LangChain4j::completions));
    }

    private static String read(Jobs.Job job, StreamingChatModel model) {
        CompletableFuture<String> end = new CompletableFuture<>();
        model.chat(messages(job), new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
                if (!job.say(part.text())) {
                    context.streamingHandle().cancel();
                    end.complete("left");
                }
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                end.complete(end(response.finishReason(), response.tokenUsage()));
            }

            @Override
            public void onError(Throwable error) {
                end.complete("failed: " + error);
            }
        });
        return end.join();
    }

    private static String whole(Jobs.Job job) {
        ChatResponse response = OpenAiChatModel.builder().baseUrl(job.address()).apiKey("none").modelName(job.model()).maxRetries(0).timeout(PATIENCE).build().chat(messages(job));
        job.say(response.aiMessage().text());
        return end(response.finishReason(), response.tokenUsage());
    }

    private static String completions(Jobs.Job job) {
        CompletableFuture<String> end = new CompletableFuture<>();
        OpenAiStreamingLanguageModel.builder().baseUrl(job.address()).apiKey("none").modelName(job.model()).build().generate(job.prompt(), new StreamingResponseHandler<>() {
            @Override
            public void onNext(String piece) {
                job.say(piece);
            }

            @Override
            public void onComplete(Response<String> response) {
                end.complete(end(response.finishReason(), response.tokenUsage()));
            }

            @Override
            public void onError(Throwable error) {
                end.complete("failed: " + error);
            }
        });
        return end.join();
    }

    /** Without a reason the answer is not whole, which its users have to know. */
    private static String end(FinishReason reason, TokenUsage usage) {
        if (reason == null) {
            return "failed: no reason";
        }
        return reason.name().toLowerCase(Locale.ROOT) + (usage == null ? "" : " " + usage.inputTokenCount() + "+" + usage.outputTokenCount() + "=" + usage.totalTokenCount());
    }

    private static List<ChatMessage> messages(Jobs.Job job) {
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : job.messages()) {
            String content = message.get("content").asText();
            messages.add(message.get("role").asText().equals("user") ? UserMessage.from(content) : AiMessage.from(content));
        }
        return messages;
    }
}
