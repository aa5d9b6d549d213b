package io.mpstream.system;

import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.ResumableResponder;
import java.nio.charset.StandardCharsets;

/** The same, and it goes on with what a killed producer had begun. */
final class ResumableScriptResponder extends ScriptResponder implements ResumableResponder {
    @Override
    public void resume(Query query, String textSoFar, Reply reply) throws Exception {
        Script script = Script.parse(query.text());
        boolean isRight = script.textBeyond(textSoFar.getBytes(StandardCharsets.UTF_8).length).startsWith(textSoFar);
        tell((isRight ? "resume " : "wrong ") + query.stream());
        write(script, textSoFar.length(), reply);
    }
}
