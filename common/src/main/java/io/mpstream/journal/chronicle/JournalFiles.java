package io.mpstream.journal.chronicle;

import io.mpstream.files.PrivateFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.impl.StoreFileListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the files of a journal to their owner: the library makes them as the umask says, for all to read as a rule. Its file of a new
 * cycle it tells of when that is there, so for a moment only the folder keeps others out.
 */
final class JournalFiles implements StoreFileListener {
    private static final Logger LOG = LoggerFactory.getLogger(JournalFiles.class);
    /** Names of a journal's files, those of earlier versions too. */
    private static final Pattern OWN = Pattern.compile(".*\\.cq4(\\.damaged)?|metadata\\.cq4t|" + Doorbell.FILE + "|bell(\\.\\d|\\.flag)?|writable.*\\.tmp");

    /** The folder of a journal, if nothing else is in it, and what is of the journal in it by now. */
    static void restrictAll(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            List<Path> own = all.stream().filter(file -> OWN.matcher(file.getFileName().toString()).matches()).toList();
            if (own.size() == all.size()) {
                PrivateFiles.restrict(folder);
            }
            own.forEach(PrivateFiles::restrict);
        } catch (IOException e) {
            LOG.debug("what is in {} stays as it is", folder, e);
        }
    }

    /** Called by whoever comes to a new file, once a cycle. */
    @Override
    public void onAcquired(int cycle, File file) {
        PrivateFiles.restrict(file.toPath());
    }

    @Override
    public void onReleased(int cycle, File file) {
        // It stays as it is.
    }
}
