package io.mpstream.system;

import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Writes what a {@link DurableShim} dictates, to whose port it goes with a name: the query is both. Loaded into the producer from the folder of the tests' classes. */
final class DictatedResponder implements Responder {
    @Override
    public void respond(Query query, Reply reply) throws Exception {
        String[] words = query.text().split(" ", 2);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(words[0])); DataInputStream in = new DataInputStream(socket.getInputStream());
                DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
            out.writeUTF(words[1]);
            for (int length = in.readInt(); length >= 0; length = in.readInt()) {
                reply.write(new String(in.readNBytes(length), StandardCharsets.UTF_8));
            }
        }
    }
}
