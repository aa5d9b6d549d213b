package io.mpstream.bench;

/** Counts what goes wrong, and tells of the first. */
final class Errors implements Client.Ear {
    private static final int TOLD_MAX = 3;

    private int count;
    private int told;

    @Override
    public void failed(Client client, String reason) {
        add(reason);
    }

    void add(String reason) {
        add(1, reason);
    }

    void add(int number, String reason) {
        count += number;
        if (told++ < TOLD_MAX) {
            System.err.println("  error: " + reason);
        }
    }

    int count() {
        return count;
    }
}
