package io.mpstream.client.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Standard output, which has what was asked for and nothing else, and standard error. Where that is a terminal it also has a note of what is going
 * on, behind the text, which goes when text comes. One thread's.
 */
final class Screen {
    /** Saves the cursor's place and writes dimly; the other way round (ECMA-48, and DEC's VT100). */
    private static final String NOTE = "\0337\033[2m";
    private static final String NOTE_END = "\033[0m\0338";
    private static final String CLEAR_BEHIND = "\033[J";

    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private final OutputStream err = new FileOutputStream(FileDescriptor.err);
    private final boolean isOutTerminal;
    private final boolean isErrTerminal;
    private boolean hasNote;
    private boolean isInLine;

    Screen(boolean isOutTerminal, boolean isErrTerminal) {
        this.isOutTerminal = isOutTerminal;
        this.isErrTerminal = isErrTerminal;
    }

    /** Text as it is. */
    void print(String text) {
        clearNote();
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        isInLine = text.isEmpty() ? isInLine : !text.endsWith("\n");
    }

    /** A line. */
    void line(String text) {
        print(text + "\n");
    }

    /** Text is over: a terminal's next line begins where lines begin. What is no terminal has the text and nothing else. */
    void end() {
        clearNote();
        if (isOutTerminal && isInLine) {
            print("\n");
        }
    }

    /** What is going on, in a few words; instead of the note before. */
    void note(String text) {
        if (isErrTerminal) {
            clearNote();
            tell(NOTE + "[" + text + "]" + NOTE_END);
            hasNote = true;
        }
    }

    private void clearNote() {
        if (hasNote) {
            hasNote = false;
            tell(CLEAR_BEHIND);
        }
    }

    /** A line for people, in a line of its own. */
    void complain(String text) {
        clearNote();
        if (isOutTerminal && isErrTerminal && isInLine) {
            tell("\n");
            isInLine = false;
        }
        tell("mpstream: " + text + "\n");
    }

    private void tell(String text) {
        try {
            err.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // Nobody listens.
        }
    }

    /** Text of others in one line: without what would steer a terminal. */
    static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
