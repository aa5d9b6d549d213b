// Greets each user by name, again and again: a stream for each, which nobody else can follow.
//
//     ./run.sh --responder examples/Greeting.java --auth jwt --issue-tokens
//     token=$(curl -s localhost:8000/generate_token -d '{"user_id": "Neo"}' | cut -d '"' -f 4)
//     curl -N -H "Authorization: Bearer $token" localhost:8000/news
//
// Without --auth whoever asks says who that is: localhost:8000/news?user=Neo
import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;

public class Greeting implements Responder {
    public void respond(Query query, Reply reply) throws Exception {
        for (int i = 1; i <= 5; i++) {
            reply.write("Hello, " + query.user() + "! Message " + i + " about " + query.text() + ".\n");
            Thread.sleep(1000);
        }
    }
}
