package io.mpstream.streamer.http.response;

import io.mpstream.protocol.Unicode;
import io.mpstream.streamer.http.request.ContentType;
import io.mpstream.streamer.http.request.HttpProblem;
import io.undertow.io.IoCallback;
import io.undertow.io.Receiver;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads the body of a request, whole and bounded. I/O threads. */
public final class RequestBody {
    private RequestBody() {
    }

    /**
     * Reads it, and hands it on as text. What goes wrong on the way is answered.
     *
     * @param bytesMax beyond it 413
     * @param onBody   called on the I/O thread
     * @throws HttpProblem 415 if it says that it is no UTF-8
     */
    public static void read(HttpServerExchange exchange, int bytesMax, Consumer<String> onBody) {
        ContentType.requireUtf8(exchange);
        if (exchange.getRequestContentLength() > bytesMax) {
            tooLarge(exchange, bytesMax);
        } else if (HttpContinue.requiresContinueResponse(exchange)) {
            invite(exchange, bytesMax, onBody);
        } else {
            receive(exchange, bytesMax, onBody);
        }
    }

    /** A client that waits to be told to send its body is told (RFC 9110, section 10.1.1). */
    private static void invite(HttpServerExchange exchange, int bytesMax, Consumer<String> onBody) {
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> HttpContinue.sendContinueResponse(exchange, new IoCallback() {
            @Override
            public void onComplete(HttpServerExchange same, Sender sender) {
                exchange.dispatch(SameThreadExecutor.INSTANCE, () -> receive(exchange, bytesMax, onBody));
            }

            @Override
            public void onException(HttpServerExchange same, Sender sender, IOException e) {
                exchange.endExchange();
            }
        }));
    }

    private static void receive(HttpServerExchange exchange, int bytesMax, Consumer<String> onBody) {
        Receiver receiver = exchange.getRequestReceiver();
        receiver.setMaxBufferSize(bytesMax);
        receiver.receiveFullBytes((same, body) -> {
            try {
                onBody.accept(utf8(body));
            } catch (RuntimeException e) {
                Problems.answer(exchange, e);
            }
        }, (same, e) -> {
            if (e instanceof Receiver.RequestToLargeException) {
                tooLarge(exchange, bytesMax);
            } else {
                exchange.setPersistent(false);
                Problems.problem(exchange, StatusCodes.BAD_REQUEST, "the body could not be read");
            }
        });
    }

    private static String utf8(byte[] body) {
        try {
            return Unicode.withoutSignature(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
        } catch (CharacterCodingException e) {
            throw new HttpProblem(StatusCodes.BAD_REQUEST, "the body is not UTF-8");
        }
    }

    private static void tooLarge(HttpServerExchange exchange, int bytesMax) {
        // What follows of the body is not wanted.
        exchange.setPersistent(false);
        Problems.problem(exchange, StatusCodes.REQUEST_ENTITY_TOO_LARGE, "the body is longer than " + bytesMax + " bytes");
    }
}
