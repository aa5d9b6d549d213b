package io.mpstream.system;

import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Answers a {@link Script}, and tells in a file each time that it begins. Loaded into the producer from the folder of the tests' classes. */
class ScriptResponder implements Responder {
    /** System property of the producer: the folder of what this writes and looks for. */
    static final String FOLDER = "mpstream.test.scripts";
    /** A line each time that an answer begins: the verb, a space, the stream. */
    static final String RUNS = "runs";
    /** As long as this file is there, all answers wait. */
    static final String HOLD = "hold";
    private static final int HELD_MS = 20;

    /** As the script wants it; its trace would say nothing. */
    static final class WantedException extends Exception {
        private static final long serialVersionUID = 1L;

        private WantedException() {
            super("as the script wants it", null, false, false);
        }
    }

    private final Path folder = Path.of(System.getProperty(FOLDER));

    /** Options of run.sh for this one, or for that which goes on with what was begun. */
    static List<String> options(boolean isResumable) {
        return List.of("--responder", (isResumable ? ResumableScriptResponder.class : ScriptResponder.class).getName());
    }

    /** Options of the JVM, so that it knows its folder. */
    static String javaOptions(Path folder) {
        return "-D" + FOLDER + "=" + folder;
    }

    @Override
    public void respond(Query query, Reply reply) throws Exception {
        tell("begin " + query.stream());
        Script script = Script.parse(query.text());
        if (script.mode() == Script.Mode.LATE) {
            TimeUnit.MILLISECONDS.sleep(Script.LATE_MS);
        }
        write(script, 0, reply);
    }

    /** Writes what comes after so many characters. */
    void write(Script script, int from, Reply reply) throws Exception {
        int at = 0;
        for (int i = 0; script.isEndless() || i < script.pieces(); i++) {
            String piece = script.piece(i);
            int skipped = Math.clamp(from - at, 0, piece.length());
            at += piece.length();
            if (skipped == piece.length()) {
                continue;
            }
            pause(script.paceMs());
            // In two, with the cut anywhere: between CR and LF, inside a surrogate pair.
            int cut = Math.max(skipped, i % piece.length());
            reply.write(piece.substring(skipped, cut));
            reply.write(piece.substring(cut));
        }
        if (script.mode() == Script.Mode.FAILS) {
            throw new WantedException();
        }
    }

    private void pause(int ms) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(ms);
        while (Files.exists(folder.resolve(HOLD))) {
            TimeUnit.MILLISECONDS.sleep(HELD_MS);
        }
    }

    void tell(String line) throws IOException {
        Files.writeString(folder.resolve(RUNS), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
