package io.mpstream.streamer.admission;

import io.mpstream.agent.Agent;
import io.mpstream.journal.Appender;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Request;
import io.mpstream.streamer.stream.LiveStream;
import io.mpstream.streamer.stream.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one hand that writes the request journal. A query's response begins when the query is in the journal, not before:
 * what a client was told is accepted survives a kill.
 */
public final class RequestAppender implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(RequestAppender.class);

    private final Appender<Request> requests;
    private final Room room;
    private final Queue<Pending> pending = new ConcurrentLinkedQueue<>();
    private final List<Pending> batch = new ArrayList<>();
    private volatile Runnable wake = () -> { };

    /** A request, and who waits for it, or null. */
    private record Pending(Request request, Receipt receipt) {
    }

    /**
     * The agent of this journal's appender.
     *
     * @param room of the journals' disk
     */
    public RequestAppender(Appender<Request> requests, Room room) {
        this.requests = requests;
        this.room = room;
    }

    /** How much room the disk of the journals has. */
    public Room room() {
        return room;
    }

    /** Who is told that there is work: the agent's thread. */
    public void connect(Runnable wake) {
        this.wake = wake;
    }

    /** Asks for the cancel of an answer, once. Any thread. */
    public void cancel(LiveStream stream, String reason, Receipt receipt) {
        if (stream.end() == null && stream.askCancel()) {
            append(new Cancel(stream.id(), reason), new Cancellation(stream, receipt));
        } else if (receipt != null) {
            receipt.accepted();
        }
    }

    /** Appends a request that nobody waits for. Any thread. */
    public void append(Request request) {
        append(request, null);
    }

    /** Appends a request and tells what became of it. Any thread. */
    public void append(Request request, Receipt receipt) {
        pending.add(new Pending(request, receipt));
        wake.run();
    }

    @Override
    public String role() {
        return "request-appender";
    }

    @Override
    public int doWork() {
        for (Pending next = pending.poll(); next != null; next = pending.poll()) {
            batch.add(next);
        }
        if (batch.isEmpty()) {
            return 0;
        }
        boolean isWritten = !room.isOut() && write();
        for (Pending each : batch) {
            if (each.receipt != null) {
                tell(each.receipt, isWritten);
            }
        }
        int work = batch.size();
        batch.clear();
        return work;
    }

    private boolean write() {
        try {
            for (Pending each : batch) {
                requests.append(each.request);
            }
            requests.commit();
            return true;
        } catch (RuntimeException e) {
            LOG.error("the request journal cannot be written; {} requests are refused", batch.size(), e);
            return false;
        }
    }

    private static void tell(Receipt receipt, boolean isWritten) {
        if (isWritten) {
            receipt.accepted();
        } else {
            receipt.refused();
        }
    }

    @Override
    public void onClose() {
        doWork();
        requests.close();
    }
}
