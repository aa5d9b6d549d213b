package io.mpstream.streamer.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.Conversation;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatRequestTest {
    private static ChatRequest chat(String members) {
        return ChatRequest.chat("{\"model\":\"m\"," + members.replace('\'', '"') + "}", model -> false);
    }

    /** The attributes as a responder gets them. */
    private static Map<String, String> attributes(ChatRequest chat) {
        return Conversation.attributes(new Query(StreamId.mint(), chat.text(), "", chat.attributes(), 0));
    }

    @Test
    void theTextIsTheUsersLastMessageAndIsInTheListToo() {
        ChatRequest chat = chat("'messages':[{'role':'system','content':'be'},{'role':'user','content':[{'type':'text','text':'a'},{'type':'text','text':'\\u00e9\\n\\u0001'}]},"
                + "{'role':'assistant','content':null}]");
        assertEquals("a\n\u00e9\n\u0001", chat.text());
        assertEquals("[{\"role\":\"system\",\"content\":\"be\"},{\"role\":\"user\",\"content\":\"a\\n\u00e9\\n\\u0001\"},{\"role\":\"assistant\",\"content\":\"\"}]"
                .replace("\\n", "\\u000a"), attributes(chat).get("messages"));
        assertTrue(attributes(chat).keySet().stream().noneMatch(name -> name.startsWith("mpstream.")));
    }

    @Test
    void aTextThatLooksLikeThePlaceOfATextIsAText() {
        ChatRequest chat = chat("'messages':[{'role':'system','content':'\\\"content\\\":0'},{'role':'user','content':'\\\"content\\\":0'}]");
        assertEquals("\"content\":0", chat.text());
        assertEquals("[{\"role\":\"system\",\"content\":\"\\\"content\\\":0\"},{\"role\":\"user\",\"content\":\"\\\"content\\\":0\"}]", attributes(chat).get("messages"));
    }

    @Test
    void numbersAndStopsAreHandedOn() {
        Map<String, String> attributes = attributes(chat("'messages':[{'role':'user','content':'a'}],'max_completion_tokens':7,'temperature':0.5,'stop':['x'],'seed':null"));
        assertEquals("7", attributes.get("max_tokens"));
        assertEquals("0.5", attributes.get("temperature"));
        assertEquals("[\"x\"]", attributes.get("stop"));
        assertEquals("chat", attributes.get("openai.api"));
        assertTrue(!attributes.containsKey("seed"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"'messages':[]|messages", "'messages':'x'|messages", "'messages':[{'role':'tool','content':'x'}]|messages",
        "'messages':[{'role':'user','content':[{'type':'image_url'}]}]|messages", "'messages':[{'role':'user','content':''}]|messages",
        "'messages':[{'role':'user','content':0}]|messages", "'messages':[{'role':'user','content':'a'}],'n':2|n",
        "'messages':[{'role':'user','content':'a'}],'tools':[{}]|tools", "'messages':[{'role':'user','content':'a'}],'logprobs':true|logprobs",
        "'messages':[{'role':'user','content':'a'}],'temperature':'x'|temperature", "'messages':[{'role':'user','content':'a'}],'stream':1|stream",
        "'messages':[{'role':'user','content':'a'}],'response_format':{'type':'json_object'}|response_format"})
    void whatCannotBeHadIsRefusedByItsName(String members, String param) {
        DialectException refused = assertThrows(DialectException.class, () -> chat(members));
        assertEquals(param, refused.param());
        assertEquals(400, refused.status());
    }

    @Test
    void whatAsksForNothingPasses() {
        assertEquals("a", chat("'messages':[{'role':'user','content':'a'}],'n':1,'tools':[],'logprobs':false,'tool_choice':'auto','response_format':{'type':'text'},'unheard':1").text());
    }

    @Test
    void aResponderThatPassesBodiesOnGetsItWithEverythingInIt() {
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"see\"},{\"type\":\"image_url\"}]},{\"role\":\"user\",\"content\":\"it\"}],"
                + "\"tools\":[{\"x\":1}],\"logit_bias\":{\"1\":2}}";
        Map<String, String> attributes = attributes(ChatRequest.chat(body, model -> true));
        assertEquals("{\"model\":\"m\",\"tools\":[{\"x\":1}],\"logit_bias\":{\"1\":2}}", attributes.get("openai.body"));
        assertEquals("[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"see\"},{\"type\":\"image_url\"}]},{\"role\":\"user\",\"content\":\"it\"}]",
                attributes.get("messages"));
    }

    @Test
    void whatIsNoPlaceOfTheTextStaysAsItIs() {
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"tool\",\"x\":{\"content\":0.5}},{\"role\":\"user\",\"content\":%s,\"y\":{\"content\":0}}]}";
        assertEquals("[{\"role\":\"tool\",\"x\":{\"content\":0.5}},{\"role\":\"user\",\"y\":{\"content\":0},\"content\":\"hi\"}]",
                attributes(ChatRequest.chat(body.formatted("\"hi\""), model -> true)).get("messages"));
        assertEquals("[{\"role\":\"tool\",\"x\":{\"content\":0.5}},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}],\"y\":{\"content\":0}}]",
                attributes(ChatRequest.chat(body.formatted("[{\"type\":\"text\",\"text\":\"hi\"}]"), model -> true)).get("messages"));
    }

    @Test
    void itemsMayReferToAnswers() {
        String body = "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"one\"},{\"type\":\"item_reference\",\"id\":\"msg_a\"},{\"type\":\"reasoning\"},"
                + "{\"role\":\"user\",\"content\":\"two\"}]}";
        ResponsesRequest request = ResponsesRequest.parse(body);
        assertEquals(List.of("a"), request.references());
        assertEquals("[{\"role\":\"user\",\"content\":\"one\"},{\"role\":\"assistant\",\"content\":\"uno\"},{\"role\":\"user\",\"content\":\"two\"}]",
                attributes(request.chat(null, null, Map.of("a", "uno"))).get("messages"));
        assertThrows(DialectException.class, () -> request.chat(null, null, Map.of()));
    }

    @Test
    void aResponseGoesOnAfterAnother() {
        ResponsesRequest first = ResponsesRequest.parse("{\"model\":\"m\",\"input\":\"one\",\"instructions\":\"be\"}");
        ChatRequest asked = first.chat(null, null, Map.of());
        Query query = new Query(StreamId.mint(), asked.text(), "", asked.attributes(), 0);
        ChatRequest next = ResponsesRequest.parse("{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"two\"}]}").chat(query, "uno", Map.of());
        assertEquals("two", next.text());
        assertEquals("[{\"role\":\"user\",\"content\":\"one\"},{\"role\":\"assistant\",\"content\":\"uno\"},{\"role\":\"user\",\"content\":\"two\"}]",
                attributes(next).get("messages"));
        assertEquals("one", ResponsesRequest.inputItems(query, true, 5, null).at("/data/0/content/0/text").stringValue());
    }

    @Test
    void aChatOfTheAiSdkIsOneToo() {
        ChatRequest chat = ChatRequest.ui("{\"id\":\"c\",\"messages\":[{\"id\":\"1\",\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"hi\"},{\"type\":\"step-start\"}]}],"
                + "\"trigger\":\"submit-message\"}");
        assertEquals("hi", chat.text());
        assertEquals("c", chat.attributes().get("mpstream.chat"));
    }
}
